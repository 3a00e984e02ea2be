import type { ChildId, Notice, SourceAnswer } from "#core/host";
import type { Closing, Message, ResponseHead } from "#core/host/traffic";
import { type Entry, type EntryOf, PortNumbers, type Recording } from "#core/journal/format";
import type { Errno } from "#core/sys";
import { familyLine, familyPort } from "./rehearsal-family.ts";
import { LearntDirectory } from "./learn.ts";
import { WrittenStream } from "./outputs.ts";
import {
  answerLines,
  answerName,
  callLine,
  callsPort,
  messageLines,
  upgradeLines,
} from "./rehearsal-traffic.ts";

/** What of the traffic another program is given, or is compared with. */
type TrafficEntry = EntryOf<
  "requested" | "responded" | "upgraded" | "sent" | "calling" | "gone" | "received" | "replied"
>;

/** When something arrived, told by what the guest had done by then. */
export interface Arrival<T> {
  readonly value: T;
  /** Counted over all arrivals. */
  readonly order: number;
  /** When it is due: see `duringCall` and `beforeCall`. */
  readonly due: number;
  /** Arrivals of one batch came before the guest looked again. */
  readonly batch: number;
}

/** What came while call `number` (counted from 1) was waiting, and before, is due up to this. */
export function duringCall(number: number): number {
  return 2 * number + 1;
}

/** What came before call `number` was made is due up to this. */
export function beforeCall(number: number): number {
  return 2 * number;
}

/** A connection by the number of its port, or why there is none. */
export type AcceptedPort = number | Errno;

/** Everything that came into a process, sorted by where it came from, and what it wrote. */
export class Inputs {
  readonly realtime: bigint[] = [];
  readonly monotonic: bigint[] = [];
  readonly cpu: bigint[] = [];
  readonly entropy: Uint8Array[] = [];
  readonly pulled: Map<number, Arrival<SourceAnswer>[]> = new Map();
  readonly accepted: Map<number, Arrival<AcceptedPort>[]> = new Map();
  readonly rang: Arrival<undefined>[] = [];
  readonly spawned: Arrival<ChildId | Errno>[] = [];
  readonly noticed: Arrival<Notice>[] = [];
  readonly requested: Arrival<EntryOf<"requested">>[] = [];
  readonly gone: Map<number, Arrival<undefined>[]> = new Map();
  readonly received: Map<number, Arrival<Message | Closing | Errno>[]> = new Map();
  readonly replied: Map<number, Arrival<ResponseHead | Errno>[]> = new Map();
  /** The requests the process made. */
  readonly calling: EntryOf<"calling">[] = [];
  /** What the family answered when it was told something. */
  readonly told: (Errno | undefined)[] = [];
  /** What all that was asked of each granted directory tells of it, by port. */
  readonly directories: Map<number, LearntDirectory> = new Map();
  /** By port. */
  readonly written: Map<number, WrittenStream> = new Map();
  readonly #numbers = new PortNumbers();
  #callCount = 0;
  #isInCall = false;
  #order = 0;
  #batch = 0;

  constructor({ header, journal }: Recording) {
    const { launch } = header;
    this.written.set(this.#numbers.stdout, new WrittenStream("stdout"));
    this.written.set(this.#numbers.stderr, new WrittenStream("stderr"));
    for (const _ of launch.directories) {
      this.directories.set(this.#numbers.next(), new LearntDirectory());
    }
    const listeners = new Map(launch.listeners.map((name) => [this.#numbers.next(), name]));
    for (const name of launch.connections) this.#connection(`connection ${name}`);
    if (launch.familyPath !== undefined) this.written.set(familyPort, new WrittenStream("family"));
    if (launch.hasOutlet) this.written.set(callsPort, new WrittenStream("requests it makes"));
    const cursor = journal.start();
    while (cursor.peek() !== undefined) this.#add(cursor.take(), listeners);
  }

  #add(entry: Entry, listeners: ReadonlyMap<number, string>): void {
    switch (entry.kind) {
      case "call":
        this.#callCount += 1;
        this.#isInCall = true;
        this.#batch += 1;
        return;
      case "answer":
        this.#isInCall = false;
        this.#batch += 1;
        return;
      case "waits":
        this.#batch += 1;
        return;
      case "realtime":
      case "monotonic":
      case "cpu":
        this[entry.kind].push(entry.ns);
        return;
      case "entropy":
        this.entropy.push(entry.bytes);
        return;
      case "offered":
        return this.written.get(entry.port)?.write(entry.taken);
      case "output":
        return this.written.get(entry.port)?.write(entry.bytes);
      case "asked":
        return this.directories.get(entry.port)?.learn(entry.question);
      case "pulled":
      case "handed":
        return this.#arrived(this.pulled, entry.port, entry.result);
      case "accepted": {
        const name = `connection accepted on ${listeners.get(entry.port)}`;
        return this.#arrived(this.accepted, entry.port, entry.failed ?? this.#connection(name));
      }
      case "rang":
        this.rang.push(this.#arrival(undefined));
        return;
      case "spawning":
        return this.written.get(familyPort)?.write(familyLine(entry));
      case "told":
        this.told.push(entry.failed);
        return this.written.get(familyPort)?.write(familyLine(entry));
      case "spawned":
        this.spawned.push(this.#arrival(entry.result));
        return;
      case "noticed":
        this.noticed.push(this.#arrival(entry.notice));
        return;
      case "requested":
      case "responded":
      case "upgraded":
      case "gone":
      case "received":
      case "sent":
      case "calling":
      case "replied":
        return this.#addTraffic(entry);
      case "drained":
      case "dropped":
      case "pushed":
      case "flushed":
      case "mark":
      case "ended":
      // There is none in a recording that reaches back to the start.
      case "cut":
        return;
    }
  }

  #addTraffic(entry: TrafficEntry): void {
    const write = (bytes: Uint8Array): void => this.written.get(entry.port)?.write(bytes);
    switch (entry.kind) {
      case "requested":
        this.#numbers.next();
        this.requested.push(this.#arrival(entry));
        this.written.set(entry.port, new WrittenStream(answerName(entry, this.requested.length)));
        return;
      case "responded":
        write(answerLines(entry.head));
        return write(entry.body ?? new Uint8Array(0));
      case "upgraded":
        return write(upgradeLines(entry.fields));
      case "sent":
        for (const piece of messageLines(entry.message)) write(piece);
        return;
      case "calling":
        this.#numbers.next();
        this.calling.push(entry);
        this.written.get(callsPort)?.write(callLine(entry.head, entry.hasBody));
        if (entry.hasBody) this.written.set(entry.port, new WrittenStream("body of a request"));
        return;
      case "gone":
        return this.#arrived(this.gone, entry.port, undefined);
      case "received":
        return this.#arrived(this.received, entry.port, entry.result);
      case "replied":
        return this.#arrived(this.replied, entry.port, entry.result);
    }
  }

  #arrived<T>(queues: Map<number, Arrival<T>[]>, port: number, value: T): void {
    queues.getOrInsertComputed(port, () => []).push(this.#arrival(value));
  }

  #arrival<T>(value: T): Arrival<T> {
    this.#order += 1;
    const due = this.#isInCall ? duringCall(this.#callCount) : beforeCall(this.#callCount + 1);
    return { value, order: this.#order, due, batch: this.#batch };
  }

  #connection(name: string): number {
    const port = this.#numbers.next();
    this.written.set(port, new WrittenStream(name));
    return port;
  }
}
