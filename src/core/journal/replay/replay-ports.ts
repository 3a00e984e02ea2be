import {
  type AnswerOf,
  type Ask,
  AskingDirectory,
  type Cursor,
  type Entry,
  type EntryKind,
  type EntryOf,
  isSameQuestion,
  piecesOf,
  PortNumbers,
  type Question,
} from "#core/journal/format";
import { describeEntry, questionText } from "#core/journal/tell";
import { areSameBytes } from "#core/base";
import type {
  ByteSink,
  ByteSource,
  Connection,
  HostHandle,
  Listener,
  Outside,
  OutsideDirectory,
  SourceAnswer,
} from "#core/host";
import type { GrantedPorts } from "#core/host/granted";
import type { Launch } from "#core/kernel";
import { type FamilyArrival, ReplayFamily } from "./replay-family.ts";
import { ReplayTraffic, type TrafficArrival } from "./replay-traffic.ts";
import type { Errno } from "#core/sys";

/** The root of every directory in a replay: a number that no host ever gives. */
const rootHandle = -1 as HostHandle;

export interface ReplayPortsOptions {
  readonly cursor: Cursor;
  readonly launch: Launch;
  /** Gets what the guest writes, by port. */
  readonly output: (port: number, bytes: Uint8Array) => void;
  /** The guest asks for something else than the journal has next: throws. */
  readonly diverged: (recorded: Entry, found: string) => never;
  /** The guest asks for something, and the journal is at its end: throws. */
  readonly atEnd: () => never;
}

/** Something arrives: the part of an entry that says for whom. */
export type Arrival =
  | EntryOf<"pulled" | "pushed" | "accepted" | "rang">
  | FamilyArrival
  | TrafficArrival;

/** The ports of a process that answer from a journal, in its order, and touch nothing else. */
export class ReplayPorts {
  readonly granted: GrantedPorts;
  readonly #options: ReplayPortsOptions;
  readonly #numbers = new PortNumbers();
  readonly #pulls = new Map<number, (result: SourceAnswer) => void>();
  readonly #pushes = new Map<number, (failed: Errno | undefined) => void>();
  readonly #accepts = new Map<number, (result: Connection | Errno) => void>();
  readonly #timers = new Map<number, () => void>();
  readonly #family: ReplayFamily | undefined;
  readonly #traffic: ReplayTraffic;
  #isOver = false;

  constructor(options: ReplayPortsOptions) {
    this.#options = options;
    const { launch } = options;
    const numbers = this.#numbers;
    const { familyPath } = launch;
    this.#family =
      familyPath === undefined
        ? undefined
        : new ReplayFamily(familyPath, {
            take: (kind, found) => this.#take(kind, found),
            diverged: options.diverged,
          });
    this.#traffic = new ReplayTraffic({
      numbers,
      isOver: () => this.#isOver,
      peek: () => options.cursor.peek(),
      take: (kind, found) => this.#take(kind, found),
      diverged: options.diverged,
      source: (port) => this.#source(port),
      sink: (port) => this.#sink(port),
      whenPushed: (port, answer) => this.#pushes.set(port, answer),
    });
    this.granted = {
      stdin: this.#source(numbers.stdin),
      stdout: this.#sink(numbers.stdout),
      stderr: this.#sink(numbers.stderr),
      directories: launch.directories.map((row) => this.#directory(numbers.next(), row.readOnly)),
      listeners: launch.listeners.map(() => this.#listener(numbers.next())),
      connections: launch.connections.map(() => this.#connection(numbers.next())),
      family: this.#family,
      inlet: launch.hasInlet ? this.#traffic.inlet : undefined,
      outlet: launch.hasOutlet ? this.#traffic.outlet : undefined,
      outside: this.#outside(),
    };
  }

  /** Hands what arrives to whoever asked for it; answers `false` when nobody did. */
  deliver(arrival: Arrival): boolean {
    switch (arrival.kind) {
      case "pulled":
        return hand(this.#pulls, arrival.port, arrival.result);
      case "pushed":
        return hand(this.#pushes, arrival.port, arrival.failed);
      case "accepted": {
        const result = arrival.failed ?? this.#connection(this.#numbers.next());
        return hand(this.#accepts, arrival.port, result);
      }
      case "rang":
        return hand(this.#timers, arrival.timer, undefined);
      case "spawned":
      case "noticed":
        return this.#family?.deliver(arrival) ?? false;
      case "requested":
      case "drained":
      case "gone":
      case "received":
      case "replied":
        return this.#traffic.deliver(arrival);
    }
  }

  /** The journal is of no use from here on: what the guest has written by now only leaves. */
  release(): void {
    this.#isOver = true;
    const pushes = [...this.#pushes.values()];
    this.#pushes.clear();
    for (const answer of pushes) answer(undefined);
  }

  /** Takes the journal's next entry, which has to be of this kind. */
  #take<K extends EntryKind>(kind: K, found: () => string): EntryOf<K> {
    const { cursor, diverged, atEnd } = this.#options;
    const entry = cursor.peek();
    if (entry === undefined) return atEnd();
    if (entry.kind !== kind) return diverged(entry, found());
    cursor.take();
    return entry as EntryOf<K>;
  }

  #outside(): Outside {
    const time = (kind: "realtime" | "monotonic" | "cpu"): bigint =>
      this.#take(kind, () => describeEntry({ kind, ns: 0n }, String)).ns;
    return {
      clock: {
        realtimeNs: () => time("realtime"),
        monotonicNs: () => time("monotonic"),
        cpuNs: () => time("cpu"),
      },
      entropy: {
        fill: (target) => {
          for (const piece of piecesOf(target)) this.#draw(piece);
        },
      },
      timers: {
        after: (_delayNs, callback) => {
          const number = this.#numbers.nextTimer();
          this.#timers.set(number, callback);
          return { cancel: () => this.#timers.delete(number) };
        },
      },
    };
  }

  #draw(target: Uint8Array): void {
    const found = (): string => `draws ${target.length} random bytes`;
    const entry = this.#take("entropy", found);
    if (entry.bytes.length !== target.length) this.#options.diverged(entry, found());
    target.set(entry.bytes);
  }

  // Closing takes no request back: its answer may have been recorded, and then it comes.

  #source(port: number): ByteSource {
    return {
      pull: (_bytesMax, answer) => this.#pulls.set(port, answer),
      tryPull: () => this.#handed(port),
      close: () => undefined,
    };
  }

  /** What a source had when it was asked; before something else, it had nothing yet. */
  #handed(port: number): SourceAnswer | undefined {
    const entry = this.#isOver ? undefined : this.#options.cursor.peek();
    if (entry?.kind !== "handed" || entry.port !== port) return undefined;
    this.#options.cursor.take();
    return entry.result;
  }

  #sink(port: number): ByteSink {
    return {
      push: (bytes, answer) => {
        this.#pushes.set(port, answer);
        if (!this.#isOver) this.#compareOutput(port, bytes);
        this.#options.output(port, bytes);
      },
      tryPush: (bytes) => this.#offer(port, bytes),
      close: () => undefined,
    };
  }

  #offer(port: number, bytes: Uint8Array): number | Errno {
    if (this.#isOver) {
      this.#options.output(port, bytes);
      return bytes.length;
    }
    // The sink that was recorded may have been one that cannot know, and had to be pushed to.
    if (this.#options.cursor.peek()?.kind === "output") return 0;
    const entry = this.#take("offered", () => writing(port, bytes));
    const taken = bytes.subarray(0, entry.taken.length);
    if (entry.port !== port || !areSameBytes(entry.taken, taken)) {
      this.#options.diverged(entry, writing(port, taken));
    }
    if (entry.failed !== undefined) return entry.failed;
    this.#options.output(port, taken);
    return taken.length;
  }

  #compareOutput(port: number, bytes: Uint8Array): void {
    const entry = this.#take("output", () => writing(port, bytes));
    if (entry.port === port && areSameBytes(entry.bytes, bytes)) return;
    this.#options.diverged(entry, writing(port, bytes));
  }

  #directory(port: number, readOnly: boolean): OutsideDirectory {
    const ask: Ask = (call, subject) => {
      const question = { call, subject } as Question;
      const entry = this.#take("asked", () => questionText(question));
      const isSame = entry.port === port && isSameQuestion(entry.question, question);
      if (!isSame) this.#options.diverged(entry, questionText(question));
      return entry.question.answer as AnswerOf<typeof call>;
    };
    return new AskingDirectory(ask, { root: rootHandle, readOnly }, undefined);
  }

  #listener(port: number): Listener {
    return {
      accept: (answer) => this.#accepts.set(port, answer),
      close: () => undefined,
    };
  }

  #connection(port: number): Connection {
    return { ...this.#source(port), ...this.#sink(port), shutdownWrite: () => undefined };
  }
}

function hand<T>(waiting: Map<number, (value: T) => void>, key: number, value: T): boolean {
  const answer = waiting.get(key);
  if (answer === undefined) return false;
  waiting.delete(key);
  answer(value);
  return true;
}

function writing(port: number, bytes: Uint8Array): string {
  return describeEntry({ kind: "output", port, bytes }, String);
}
