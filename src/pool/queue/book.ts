import { assert, MalformedBytes } from "#core/base";
import { PlatformError } from "#core/sys";
import type { Log, LogEntry } from "#pool/host";
import { Ledger, type Move, type MoveEntry } from "#pool/queue/ledger";
import { checkpointOf, MoveHistory } from "./checkpoint.ts";
import { decodeMove, encodeMove } from "./move-codec.ts";
import { decodePosting, encodePosting, type Posting, sizeOf } from "./posting.ts";

/** The two logs of a queue. */
export interface QueueLogs {
  readonly queue: string;
  /** What was sent. A message is called by its position. */
  readonly messages: Log;
  /** What happened to it. */
  readonly moves: Log;
}

/** How much of a log is read at a time. */
const chunk = { entries: 1000, bytes: 4 * 1024 ** 2 };

/** What else a book is loaded with. */
export interface BookOptions {
  /** A checkpoint is not worth its while before so much would be read in its place. */
  readonly checkpointBytesMin: number;
  /** Called when the book is of no use any more. */
  readonly onFailure: () => void;
}

/**
 * A ledger and the two logs it follows from. Moves count at once, messages when they are durable;
 * what is answered is durable. When writing fails, what was not answered has happened or not: the
 * book is of no use any more, and another one is to be loaded.
 */
export class Book {
  readonly ledger: Ledger = new Ledger();
  readonly #logs: QueueLogs;
  readonly #options: BookOptions;
  readonly #underway = new Set<Promise<void>>();
  #nextMove = 1;
  #nextMessage = 1;
  /** Messages before this position are in the ledger, or were. */
  #seen = 1;
  #summedUp = 1;
  #sending = { messages: 0, bytes: 0 };
  /** What would have to be read to load all this again, and what a checkpoint last took. */
  #growthBytes = 0;
  #checkpointBytes = 0;
  #failure: Error | undefined;

  private constructor(logs: QueueLogs, options: BookOptions) {
    this.#logs = logs;
    this.#options = options;
  }

  /** What the logs say. */
  static async load(logs: QueueLogs, options: BookOptions): Promise<Book> {
    const book = new Book(logs, options);
    await book.#load();
    return book;
  }

  /** What is on its way into the queue. */
  get sending(): { readonly messages: number; readonly bytes: number } {
    return this.#sending;
  }

  /** Where the next message will stand. */
  get nextMessage(): number {
    return this.#nextMessage;
  }

  /**
   * What was sent before this position is needed for its content at most: loading does not look
   * at it.
   */
  get summedUp(): number {
    return this.#summedUp;
  }

  /** Sends messages, or writes contents once more. Answers where the first one stands. */
  async post(postings: readonly Posting[]): Promise<number> {
    const first = this.#nextMessage;
    const entries = postings.map(encodePosting);
    const sent = postings.filter(({ of }) => of === undefined);
    const load = { messages: sent.length, bytes: sent.reduce((sum, one) => sum + sizeOf(one), 0) };
    this.#nextMessage += postings.length;
    this.#send(load, 1);
    try {
      await this.#append(this.#logs.messages, entries, first);
    } finally {
      this.#send(load, -1);
    }
    assert(this.#seen === first, "writes are answered in the order they were asked for");
    for (const [index, posting] of postings.entries()) this.#enter(posting, first + index);
    // Loading reads contents too, though it keeps none.
    this.#growthBytes += entries.reduce((sum, { length }) => sum + length, 0) / 4;
    return first;
  }

  /** Makes moves; they count at once. */
  async move(moves: readonly Move[]): Promise<void> {
    if (moves.length === 0) return;
    for (const move of moves) this.ledger.apply(move);
    await this.#record(moves);
  }

  /** Sums up the moves so far, when there are many, and forgets them. */
  async checkpoint(): Promise<void> {
    const { checkpointBytesMin } = this.#options;
    if (this.#growthBytes <= Math.max(checkpointBytesMin, this.#checkpointBytes * 2)) return;
    const [before, seen] = [this.#nextMove, this.#seen];
    this.#checkpointBytes = await this.#record(checkpointOf(this.ledger, seen));
    this.#growthBytes = 0;
    this.#summedUp = seen;
    await this.#logs.moves.trim(before);
  }

  /** When all that was asked for is durable, or has failed. */
  async settled(): Promise<void> {
    while (this.#underway.size > 0) await Promise.all(this.#underway);
  }

  #send(load: { readonly messages: number; readonly bytes: number }, sign: 1 | -1): void {
    const { messages, bytes } = this.#sending;
    this.#sending = { messages: messages + sign * load.messages, bytes: bytes + sign * load.bytes };
  }

  async #record(moves: readonly MoveEntry[]): Promise<number> {
    const entries = moves.map(encodeMove);
    const bytes = entries.reduce((sum, { length }) => sum + length, 0);
    const expected = this.#nextMove;
    this.#nextMove += entries.length;
    this.#growthBytes += bytes;
    await this.#append(this.#logs.moves, entries, expected);
    return bytes;
  }

  async #append(log: Log, entries: readonly Uint8Array[], expected: number): Promise<void> {
    this.#refuseFailed();
    const written = log.append(entries, expected);
    const end = written.then(
      () => undefined,
      () => undefined,
    );
    this.#underway.add(end);
    try {
      const isWritten = await written;
      // What an earlier write left is not known, so that this one is not where it should be.
      this.#refuseFailed();
      if (!isWritten) throw takenOver(this.#logs.queue);
    } catch (error) {
      assert(error instanceof Error, "what is thrown is an error");
      // Told once: by the time the others fail, the next book may be there.
      if (this.#failure === undefined) {
        this.#failure = error;
        this.#options.onFailure();
      }
      throw error;
    } finally {
      this.#underway.delete(end);
    }
  }

  #refuseFailed(): void {
    const failure = this.#failure;
    if (failure !== undefined) throw failure;
  }

  #enter(posting: Posting, position: number): void {
    this.#seen = position + 1;
    const { of, key, sentAtMs, dueAtMs } = posting;
    if (of !== undefined) {
      this.ledger.relocate(of, position);
      return;
    }
    this.ledger.add({
      id: position,
      position,
      key,
      sentAtMs,
      sizeBytes: sizeOf(posting),
      attempts: 0,
      deliveries: 0,
      stage: { kind: "waiting", dueAtMs },
    });
  }

  async #load(): Promise<void> {
    const { messages, moves, queue } = this.#logs;
    const history = new MoveHistory();
    for await (const { bytes } of entriesOf(moves, 1)) {
      history.add(decoded(queue, () => decodeMove(bytes)));
      this.#growthBytes += bytes.length;
    }
    this.#nextMove = (await moves.bounds()).next;
    for (const message of history.messages) this.ledger.add(message);
    this.#summedUp = history.seen;
    for await (const { position, bytes } of entriesOf(messages, history.seen)) {
      this.#enter(
        decoded(queue, () => decodePosting(bytes)),
        position,
      );
      this.#growthBytes += bytes.length / 4;
    }
    this.#nextMessage = (await messages.bounds()).next;
    // Those at the very end may be lost to damage.
    this.#seen = this.#nextMessage;
    for (const move of history.moves) this.ledger.apply(move);
  }
}

async function* entriesOf(log: Log, from: number): AsyncGenerator<LogEntry> {
  let cursor = from;
  for (;;) {
    const entries = await log.read(cursor, chunk);
    const last = entries.at(-1);
    if (last === undefined) return;
    yield* entries;
    cursor = last.position + 1;
  }
}

function decoded<T>(queue: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof MalformedBytes)) throw error;
    throw new PlatformError(`cannot read queue "${queue}": ${error.message}`, {
      code: "STATE_VERSION",
      hint: "start the noos that wrote it, or give another directory with --data",
      cause: error,
    });
  }
}

function takenOver(queue: string): PlatformError {
  return new PlatformError(`cannot write queue "${queue}": somebody else has written to it`, {
    code: "STATE_IN_USE",
    hint: "see which daemon has taken it over",
  });
}
