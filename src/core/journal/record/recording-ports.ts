import {
  type AnsweredQuestion,
  type Ask,
  AskingDirectory,
  type Entry,
  piecesOf,
  PortNumbers,
} from "#core/journal/format";
import type {
  ByteSink,
  ByteSource,
  Connection,
  Entropy,
  Family,
  Listener,
  Outside,
  OutsideDirectory,
  SourceAnswer,
  Timer,
} from "#core/host";
import type { GrantedPorts } from "#core/host/granted";
import { Errno } from "#core/sys";
import { RecordedInlet, RecordedOutlet, type TrafficRecording } from "./recording-traffic.ts";

type Note = (entry: Entry) => void;

/**
 * The ports of a process, each wrapped so that what it answers is noted. What the outside answers
 * at once is noted where it was asked; what it answers later, where it arrives. Those that every
 * process has are classes: an object with its functions of its own takes several times the memory.
 */
export class RecordingPorts {
  readonly granted: GrantedPorts;
  readonly #note: Note;
  readonly #numbers = new PortNumbers();

  constructor(direct: GrantedPorts, note: Note) {
    this.#note = note;
    const numbers = this.#numbers;
    this.granted = {
      stdin: new RecordedSource(direct.stdin, numbers.stdin, note),
      stdout: recordedSink(direct.stdout, numbers.stdout, note),
      stderr: recordedSink(direct.stderr, numbers.stderr, note),
      directories: direct.directories.map((port) => this.#directory(port, numbers.next())),
      listeners: direct.listeners.map((port) => this.#listener(port, numbers.next())),
      connections: direct.connections.map((port) => this.#connection(port, numbers.next())),
      family: direct.family && this.#family(direct.family),
      inlet: direct.inlet && new RecordedInlet(direct.inlet, this.#traffic),
      outlet: direct.outlet && new RecordedOutlet(direct.outlet, this.#traffic),
      outside: new RecordedOutside(direct.outside, numbers, note),
    };
  }

  get #traffic(): TrafficRecording {
    const note = this.#note;
    return {
      numbers: this.#numbers,
      note,
      source: (direct, port) => new RecordedSource(direct, port, note),
      sink: (direct, port) => recordedSink(direct, port, note),
    };
  }

  #directory(direct: OutsideDirectory, port: number): OutsideDirectory {
    const ask: Ask = (call, subject, answerNow) => {
      const answer = answerNow();
      const question = { call, subject, answer } as AnsweredQuestion;
      this.#note({ kind: "asked", port, question });
      return answer;
    };
    return new AskingDirectory(ask, direct, direct);
  }

  #listener(direct: Listener, port: number): Listener {
    return {
      accept: (answer) =>
        direct.accept((result) => {
          const failed = result instanceof Errno ? result : undefined;
          this.#note({ kind: "accepted", port, failed });
          answer(result instanceof Errno ? result : this.#connection(result, this.#numbers.next()));
        }),
      close: () => direct.close(),
    };
  }

  #family(direct: Family): Family {
    return {
      path: direct.path,
      spawn: (request, answer) => {
        this.#note({ kind: "spawning", request });
        direct.spawn(request, (result) => {
          this.#note({ kind: "spawned", result });
          answer(result);
        });
      },
      next: (answer) =>
        direct.next((notice) => {
          this.#note({ kind: "noticed", notice });
          answer(notice);
        }),
      acknowledge: (child) => {
        const failed = direct.acknowledge(child);
        this.#note({ kind: "told", child, graceNs: undefined, failed });
        return failed;
      },
      end: (child, graceNs) => {
        const failed = direct.end(child, graceNs);
        this.#note({ kind: "told", child, graceNs, failed });
        return failed;
      },
      close: () => direct.close(),
    };
  }

  #connection(direct: Connection, port: number): Connection {
    const source = new RecordedSource(direct, port, this.#note);
    const sink = recordedSink(direct, port, this.#note);
    const connection: Connection = {
      pull: (bytesMax, answer) => source.pull(bytesMax, answer),
      push: (bytes, answer) => sink.push(bytes, answer),
      close: () => direct.close(),
      shutdownWrite: () => direct.shutdownWrite(),
    };
    if (sink.tryPush === undefined) return connection;
    return { ...connection, tryPush: (content) => sink.tryPush?.(content) ?? 0 };
  }
}

type OutsideClock = Outside["clock"];
type OutsideTimers = Outside["timers"];

/** Clocks, chance and timers, as one object. */
class RecordedOutside implements Outside, OutsideClock, OutsideTimers, Entropy {
  readonly #direct: Outside;
  readonly #numbers: PortNumbers;
  readonly #note: Note;

  constructor(direct: Outside, numbers: PortNumbers, note: Note) {
    this.#direct = direct;
    this.#numbers = numbers;
    this.#note = note;
  }

  get clock(): OutsideClock {
    return this;
  }

  get entropy(): Entropy {
    return this;
  }

  get timers(): OutsideTimers {
    return this;
  }

  realtimeNs(): bigint {
    return this.#time("realtime", this.#direct.clock.realtimeNs());
  }

  monotonicNs(): bigint {
    return this.#time("monotonic", this.#direct.clock.monotonicNs());
  }

  cpuNs(): bigint {
    return this.#time("cpu", this.#direct.clock.cpuNs());
  }

  fill(target: Uint8Array): void {
    for (const bytes of piecesOf(target)) {
      this.#direct.entropy.fill(bytes);
      this.#note({ kind: "entropy", bytes });
    }
  }

  after(delayNs: number, callback: () => void): Timer {
    const timer = this.#numbers.nextTimer();
    return this.#direct.timers.after(delayNs, () => {
      this.#note({ kind: "rang", timer });
      callback();
    });
  }

  #time(kind: "realtime" | "monotonic" | "cpu", ns: bigint): bigint {
    this.#note({ kind, ns });
    return ns;
  }
}

class RecordedSource implements ByteSource {
  readonly #direct: ByteSource;
  readonly #port: number;
  readonly #note: Note;

  constructor(direct: ByteSource, port: number, note: Note) {
    this.#direct = direct;
    this.#port = port;
    this.#note = note;
  }

  pull(bytesMax: number, answer: (result: SourceAnswer) => void): void {
    this.#direct.pull(bytesMax, (result) => {
      this.#note({ kind: "pulled", port: this.#port, result });
      answer(result);
    });
  }

  tryPull(bytesMax: number): SourceAnswer | undefined {
    const result = this.#direct.tryPull?.(bytesMax);
    if (result !== undefined) this.#note({ kind: "handed", port: this.#port, result });
    return result;
  }

  close(): void {
    this.#direct.close();
  }
}

/** A sink that cannot know what goes out without waiting. */
class RecordedSink implements ByteSink {
  readonly #direct: ByteSink;
  readonly #port: number;
  readonly #note: Note;

  constructor(direct: ByteSink, port: number, note: Note) {
    this.#direct = direct;
    this.#port = port;
    this.#note = note;
  }

  push(bytes: Uint8Array, answer: (failed: Errno | undefined) => void): void {
    this.#note({ kind: "output", port: this.#port, bytes });
    this.#direct.push(bytes, (failed) => {
      this.#note({ kind: "pushed", port: this.#port, failed });
      answer(failed);
    });
  }

  close(): void {
    this.#direct.close();
  }

  /** Notes what left, and how much that was: the rest comes again in the push that follows. */
  protected offer(content: Uint8Array): number | Errno {
    const answer = this.#direct.tryPush?.(content) ?? 0;
    const failed = answer instanceof Errno ? answer : undefined;
    const taken = content.subarray(0, answer instanceof Errno ? 0 : answer);
    this.#note({ kind: "offered", port: this.#port, failed, taken });
    return answer;
  }
}

/** One that can. */
class RecordedTrySink extends RecordedSink {
  tryPush(content: Uint8Array): number | Errno {
    return this.offer(content);
  }
}

function recordedSink(direct: ByteSink, port: number, note: Note): ByteSink {
  const Sink = direct.tryPush === undefined ? RecordedSink : RecordedTrySink;
  return new Sink(direct, port, note);
}
