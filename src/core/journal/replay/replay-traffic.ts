import { areSameBytes, ByteWriter } from "#core/base";
import type { ByteSink, ByteSource } from "#core/host";
import type {
  Closing,
  Fields,
  IncomingRequest,
  Inlet,
  Message,
  MessageChannel,
  OutgoingRequest,
  Outlet,
  RequestHead,
  ResponseHead,
} from "#core/host/traffic";
import {
  type Entry,
  type EntryKind,
  type EntryOf,
  type PortNumbers,
  writeEntry,
} from "#core/journal/format";
import { describeEntry } from "#core/journal/tell";
import type { Errno } from "#core/sys";

/** What traffic that answers from a journal needs of it, and of the other ports. */
export interface TrafficJournal {
  readonly numbers: PortNumbers;
  /** Whether the journal is of no use any more. */
  readonly isOver: () => boolean;
  peek(): Entry | undefined;
  /** Takes the journal's next entry, which has to be of this kind. */
  take<K extends EntryKind>(kind: K, found: () => string): EntryOf<K>;
  diverged(recorded: Entry, found: string): never;
  source(port: number): ByteSource;
  sink(port: number): ByteSink;
  /** Hands what is pushed to whoever waits for it, by port. */
  whenPushed(port: number, answer: (failed: Errno | undefined) => void): void;
}

/** Something of the traffic arrives. */
export type TrafficArrival = EntryOf<"requested" | "drained" | "gone" | "received" | "replied">;

/** What a process does in traffic, as a journal has it. */
type Deed = EntryOf<"responded" | "upgraded" | "dropped" | "sent">;

/** Requests, and answers to those that are made, from a journal: nobody sent them. */
export class ReplayTraffic {
  readonly inlet: Inlet;
  readonly outlet: Outlet;
  readonly #journal: TrafficJournal;
  readonly #gone = new Map<number, () => void>();
  readonly #receives = new Map<number, (result: Message | Closing | Errno) => void>();
  readonly #replies = new Map<number, (result: ResponseHead | Errno) => void>();
  #asking: ((request: IncomingRequest | "end") => void) | undefined = undefined;

  constructor(journal: TrafficJournal) {
    this.#journal = journal;
    this.inlet = {
      take: () => this.#take(),
      next: (answer) => {
        this.#asking = answer;
      },
      close: () => undefined,
    };
    this.outlet = { request: (head, options) => this.#call(head, options) };
  }

  /** Hands what arrives to whoever asked for it; answers `false` when nobody did. */
  deliver(arrival: TrafficArrival): boolean {
    switch (arrival.kind) {
      case "requested":
        return this.#answer(this.#request(arrival));
      case "drained":
        return this.#answer("end");
      case "gone":
        return hand(this.#gone, arrival.port, undefined);
      case "received":
        return hand(this.#receives, arrival.port, arrival.result);
      case "replied":
        return hand(this.#replies, arrival.port, arrival.result);
    }
  }

  #answer(request: IncomingRequest | "end"): boolean {
    const asking = this.#asking;
    this.#asking = undefined;
    asking?.(request);
    return asking !== undefined;
  }

  /** A request that was there when the process looked stands where it looked. */
  #take(): IncomingRequest | undefined {
    const entry = this.#journal.peek();
    if (entry?.kind !== "requested" || !entry.isTaken) return undefined;
    return this.#request(this.#journal.take("requested", String));
  }

  #request({ head, hasBody, isUpgrade }: EntryOf<"requested">): IncomingRequest {
    const journal = this.#journal;
    const port = journal.numbers.next();
    return {
      head,
      isUpgrade,
      body: hasBody ? journal.source(port) : undefined,
      respond: (answer, body) => this.#compare({ kind: "responded", port, head: answer, body }),
      begin: (answer) => {
        this.#compare({ kind: "responded", port, head: answer, body: undefined });
        return journal.sink(port);
      },
      accept: (fields: Fields) => {
        this.#compare({ kind: "upgraded", port, fields });
        return this.#channel(port);
      },
      abandon: () => this.#compare({ kind: "dropped", port }),
      whenGone: (callback) => void this.#gone.set(port, callback),
    };
  }

  #channel(port: number): MessageChannel {
    return {
      receive: (answer) => void this.#receives.set(port, answer),
      send: (message, answer) => {
        this.#journal.whenPushed(port, answer);
        this.#compare({ kind: "sent", port, message });
      },
      close: (code, reason) =>
        this.#compare({ kind: "sent", port, message: { kind: "closed", code, reason } }),
    };
  }

  #call(
    head: RequestHead,
    options: { readonly hasBody: boolean; readonly deadlineNs: number },
  ): OutgoingRequest | Errno {
    const journal = this.#journal;
    const port = journal.numbers.next();
    const asked = { kind: "calling", port, head, ...options, failed: undefined } as const;
    const entry = journal.take("calling", () => describe(asked));
    const { failed } = entry;
    if (!isSame(entry, { ...asked, failed })) journal.diverged(entry, describe(asked));
    if (failed !== undefined) return failed;
    return {
      body: options.hasBody ? journal.sink(port) : undefined,
      response: journal.source(port),
      whenAnswered: (answer) => void this.#replies.set(port, answer),
      cancel: () => this.#compare({ kind: "dropped", port }),
    };
  }

  /** What the process does has to be what it did, to the last byte. */
  #compare(deed: Deed): void {
    const journal = this.#journal;
    if (journal.isOver()) return;
    const entry = journal.take(deed.kind, () => describe(deed));
    if (!isSame(entry, deed)) journal.diverged(entry, describe(deed));
  }
}

function isSame(recorded: Entry, found: Entry): boolean {
  return areSameBytes(encoded(recorded), encoded(found));
}

function encoded(entry: Entry): Uint8Array {
  const writer = new ByteWriter();
  writeEntry(writer, entry);
  return writer.peek();
}

function describe(entry: Entry): string {
  return describeEntry(entry, String);
}

function hand<T>(waiting: Map<number, (value: T) => void>, key: number, value: T): boolean {
  const answer = waiting.get(key);
  if (answer === undefined) return false;
  waiting.delete(key);
  answer(value);
  return true;
}
