import type { Logs } from "#pool/host";
import {
  type DeathCause,
  decideExpired,
  decideReturned,
  type Delivery,
  idsMax,
  inBatches,
  isLeased,
  isValid,
  type Message,
  type MessageId,
  type MessageView,
  type Move,
  type Outgoing,
  type QueueCounts,
  type QueueLimits,
  type Receipt,
  type Standing,
  standingOf,
  type Terms,
} from "#pool/queue/ledger";
import { Book, type QueueLogs } from "./book.ts";
import { readContents } from "./contents.ts";
import { judgeOutgoing, type Refusal } from "./refusal.ts";
import { replayOf, type ReplayRange } from "./replay.ts";
import { forgetDead, relocateOld, trimOld } from "./upkeep.ts";

/** What a queue stands on. */
export interface QueueHost {
  readonly logs: Logs;
  /** From 0 up to, but not including, 1. */
  readonly chance: () => number;
  /** Told when it is durable that messages are dead. */
  readonly died?: (ids: readonly MessageId[], cause: DeathCause) => void;
  /** How much is read at least, when a queue is opened, before it is worth summing up. */
  readonly checkpointBytesMin?: number;
}

const checkpointBytesMin = 1024 ** 2;

/** What a consumer asks for. */
export interface Wanted {
  /** At most; never more than the bound `batch`. */
  readonly messages: number;
  /** Of all contents together; one message alone may have more. */
  readonly bytes?: number;
  /** How long they are the consumer's; the bound `lease` when left out. */
  readonly leaseMs?: number;
}

/** A message as an operator sees it. */
export interface Peeked extends MessageView {
  readonly standing: Standing;
  /** `undefined` when a repair could not bring it back. */
  readonly content: Uint8Array | undefined;
}

const receivedBytesMax = 16 * 1024 ** 2;

/**
 * A durable queue. All times are whole milliseconds since 1970, of the clock of whoever calls; when
 * that steps, leases and delays are over sooner or later, and nothing is lost. Whatever answers is
 * durable; what rejects, with `STATE_NOT_WRITABLE` as a rule, has happened or not.
 */
export class Queue {
  readonly name: string;
  /** May be changed; it is looked at when something is decided. */
  limits: QueueLimits;
  readonly #logs: QueueLogs;
  readonly #host: QueueHost;
  #book: Promise<Book> | undefined;
  /** That of before, which may still have writes underway. */
  #last: Book | undefined;

  private constructor(logs: QueueLogs, limits: QueueLimits, host: QueueHost) {
    this.name = logs.queue;
    this.limits = limits;
    this.#logs = logs;
    this.#host = host;
  }

  /** The queue of this name, made if it is missing. Expects that nobody else has it open. */
  static async open(name: string, limits: QueueLimits, host: QueueHost): Promise<Queue> {
    const [messages, moves] = await Promise.all([
      host.logs.open(`${name}/messages`),
      host.logs.open(`${name}/moves`),
    ]);
    const queue = new Queue({ queue: name, messages, moves }, limits, host);
    await queue.#loaded();
    return queue;
  }

  /** All queues that were ever opened, and not removed. */
  static async names(logs: Logs): Promise<readonly string[]> {
    const names = await logs.names();
    const suffix = "/messages";
    return names
      .filter((name) => name.endsWith(suffix))
      .map((name) => name.slice(0, -suffix.length));
  }

  /** Forgets a queue with all its messages. Expects that nobody has it open. */
  static async remove(name: string, logs: Logs): Promise<void> {
    await Promise.all([logs.remove(`${name}/messages`), logs.remove(`${name}/moves`)]);
  }

  /** Sends all messages, or none where one of them or all together are too much. */
  async send(
    messages: readonly Outgoing[],
    nowMs: number,
  ): Promise<readonly MessageId[] | Refusal> {
    const book = await this.#loaded();
    const { ledger, sending } = book;
    const load = {
      messages: ledger.size + sending.messages,
      bytes: ledger.sizeBytes + sending.bytes,
    };
    const refusal = judgeOutgoing(messages, load, this.limits);
    if (refusal !== undefined) return refusal;
    if (messages.length === 0) return [];
    const postings = messages.map(({ content, key, delayMs = 0 }) => ({
      content,
      key,
      sentAtMs: nowMs,
      dueAtMs: nowMs + delayMs,
    }));
    const first = await book.post(postings);
    return messages.map((_, index) => first + index);
  }

  /** Hands out what is ready, in the order it was sent; nothing when there is nothing. */
  async receive(wanted: Wanted, nowMs: number): Promise<readonly Delivery[]> {
    const book = await this.#loaded();
    const expired = this.#expire(book, nowMs);
    const untilMs = nowMs + (wanted.leaseMs ?? this.limits.lease);
    book.ledger.advance(nowMs);
    const taken = book.ledger.take({
      messages: Math.min(wanted.messages, this.limits.batch),
      bytes: wanted.bytes ?? receivedBytesMax,
    });
    if (taken.length === 0) {
      await expired;
      return [];
    }
    const leased = book.move([{ kind: "leased", ids: taken.map(({ id }) => id), untilMs }]);
    const views = taken.map((message) => deliveryOf(message, untilMs));
    const [contents] = await Promise.all([
      readContents(this.#logs.messages, taken),
      expired,
      leased,
    ]);
    const lost = taken.filter(({ id }) => !contents.has(id)).map(({ id }) => id);
    if (lost.length > 0) await book.move([{ kind: "removed", ids: lost }]);
    // What was taken away or given to somebody else meanwhile is not handed out late.
    const lasting = views.filter((view) => isLeased(view, book.ledger.get(view.id)));
    return lasting.flatMap((view) => {
      const content = contents.get(view.id);
      return content === undefined ? [] : [{ ...view, content }];
    });
  }

  /** Has messages be done with. Answers of each whether it was still the receiver's to say so. */
  acknowledge(receipts: readonly Receipt[]): Promise<readonly boolean[]> {
    return this.#withReceipts(receipts, isValid, (messages) => [
      { kind: "acknowledged", ids: messages.map(({ id }) => id) },
    ]);
  }

  /** Has leases end so long from now. Answers of each whether there still was one. */
  extend(
    receipts: readonly Receipt[],
    nowMs: number,
    leaseMs: number = this.limits.lease,
  ): Promise<readonly boolean[]> {
    const untilMs = nowMs + leaseMs;
    return this.#withReceipts(receipts, isLeased, (messages) => [
      { kind: "extended", ids: messages.map(({ id }) => id), untilMs },
    ]);
  }

  /**
   * Gives messages back that could not be handled: they come again after a pause, of `delayMs` or
   * one that grows with the attempts, or are dead. Answers of each whether it still was leased.
   */
  giveBack(
    receipts: readonly Receipt[],
    nowMs: number,
    delayMs?: number,
  ): Promise<readonly boolean[]> {
    return this.#withReceipts(receipts, isLeased, (messages) =>
      decideReturned(messages, this.#terms(nowMs), delayMs),
    );
  }

  /**
   * Gives messages back that nobody looked at: they come again after `delayMs`, and it does not
   * count as an attempt. Answers of each whether it still was leased.
   */
  release(
    receipts: readonly Receipt[],
    nowMs: number,
    delayMs: number = 0,
  ): Promise<readonly boolean[]> {
    return this.#withReceipts(receipts, isLeased, (messages) => [
      { kind: "released", messages: messages.map(({ id }) => ({ id, dueAtMs: nowMs + delayMs })) },
    ]);
  }

  /** Gives back all that is leased: whoever had it is gone, and this owner begins anew. */
  async recall(nowMs: number): Promise<void> {
    const book = await this.#loaded();
    const leased = [...book.ledger.all()].filter(({ stage }) => stage.kind === "leased");
    for (let at = 0; at < leased.length; at += idsMax) {
      const some = leased.slice(at, at + idsMax);
      await this.#make(book, decideReturned(some, this.#terms(nowMs), undefined));
    }
  }

  /** Has messages be dead at once, for no attempt would help. */
  reject(receipts: readonly Receipt[], nowMs: number): Promise<readonly boolean[]> {
    return this.#withReceipts(receipts, isLeased, (messages) => [
      { kind: "died", ids: messages.map(({ id }) => id), atMs: nowMs, cause: "rejected" },
    ]);
  }

  async counts(nowMs: number): Promise<QueueCounts> {
    const { ledger } = await this.#loaded();
    ledger.advance(nowMs);
    return ledger.counts();
  }

  /** When something will be ready, or a lease be over, without anybody doing anything. */
  async nextAtMs(): Promise<number | undefined> {
    return (await this.#loaded()).ledger.nextAtMs();
  }

  /** Looks at messages of one standing, from an id on, in their order, and changes nothing. */
  async peek(
    what: { readonly standing: Standing; readonly from?: MessageId; readonly most: number },
    nowMs: number,
  ): Promise<readonly Peeked[]> {
    const { ledger } = await this.#loaded();
    const found = [...ledger.all()]
      .filter((message) => standingOf(message, nowMs) === what.standing)
      .filter(({ id }) => id >= (what.from ?? 0))
      .sort((a, b) => a.id - b.id)
      .slice(0, what.most)
      // They go on changing while contents are read.
      .map((message) => ({ ...message.view(), standing: what.standing }));
    const contents = await readContents(this.#logs.messages, found);
    return found.map((message) => ({ ...message, content: contents.get(message.id) }));
  }

  /** Has dead messages be ready again, all when none are named. Answers how many. */
  redrive(ids: readonly MessageId[] | undefined, nowMs: number): Promise<number> {
    return this.#withAll(
      ({ id, stage }) => stage.kind === "dead" && (ids?.includes(id) ?? true),
      (found) => ({ kind: "redriven", ids: found, atMs: nowMs }),
    );
  }

  /** Removes all messages of one standing, or all. Answers how many. */
  purge(standing: Standing | "all", nowMs: number): Promise<number> {
    return this.#withAll(
      (message) => standing === "all" || standingOf(message, nowMs) === standing,
      (ids) => ({ kind: "removed", ids }),
    );
  }

  /**
   * Sends messages again that are done with, in their order. Answers how many, or what bound
   * stopped it after how many. Throws `POSITION_UNKNOWN` when they are not all kept any more.
   */
  async replay(
    range: ReplayRange,
    nowMs: number,
  ): Promise<{ readonly count: number; readonly refusal?: Refusal }> {
    const book = await this.#loaded();
    return replayOf({ book, logs: this.#logs, limits: this.limits, nowMs }, range);
  }

  /**
   * Ends leases that ran out. `receive` does so as well; this is for when `nextAtMs` has come and
   * nobody receives, so that backlog and dead messages show.
   */
  async expire(nowMs: number): Promise<void> {
    await this.#expire(await this.#loaded(), nowMs);
  }

  /**
   * What has to be done now and then, say every half minute: forgets what is kept long enough, and
   * sums up what happened. It looks at all messages.
   */
  async upkeep(nowMs: number): Promise<void> {
    const book = await this.#loaded();
    const work = { book, logs: this.#logs, limits: this.limits, nowMs };
    await this.#expire(book, nowMs);
    await forgetDead(work);
    await relocateOld(work);
    await trimOld(work);
    await book.checkpoint();
  }

  async #withReceipts(
    receipts: readonly Receipt[],
    counts: (receipt: Receipt, message: Message | undefined) => message is Message,
    decide: (messages: readonly Message[]) => readonly Move[],
  ): Promise<readonly boolean[]> {
    const book = await this.#loaded();
    const messages = new Map<MessageId, Message>();
    const answers = receipts.map((receipt) => {
      const message = book.ledger.get(receipt.id);
      if (!counts(receipt, message)) return false;
      messages.set(message.id, message);
      return true;
    });
    if (messages.size > 0) await this.#make(book, decide([...messages.values()]));
    return answers;
  }

  async #withAll(
    isMeant: (message: Message) => boolean,
    move: (ids: readonly MessageId[]) => Move,
  ): Promise<number> {
    const book = await this.#loaded();
    const ids = [...book.ledger.all()].filter(isMeant).map(({ id }) => id);
    if (ids.length > 0) await book.move(inBatches(ids).map(move));
    return ids.length;
  }

  #expire(book: Book, nowMs: number): Promise<void> {
    const expired = book.ledger.takeExpired(nowMs, idsMax);
    return this.#make(book, decideExpired(expired, this.#terms(nowMs)));
  }

  async #make(book: Book, moves: readonly Move[]): Promise<void> {
    await book.move(moves);
    for (const move of moves) {
      if (move.kind === "died") this.#host.died?.(move.ids, move.cause);
    }
  }

  #terms(nowMs: number): Terms {
    return { nowMs, limits: this.limits, chance: this.#host.chance };
  }

  #loaded(): Promise<Book> {
    return (this.#book ??= this.#load());
  }

  async #load(): Promise<Book> {
    // What they leave must be seen.
    await this.#last?.settled();
    const onFailure = (): void => {
      this.#book = undefined;
    };
    try {
      this.#last = await Book.load(this.#logs, {
        checkpointBytesMin: this.#host.checkpointBytesMin ?? checkpointBytesMin,
        onFailure,
      });
      return this.#last;
    } catch (error) {
      onFailure();
      throw error;
    }
  }
}

function deliveryOf(message: Message, leasedUntilMs: number): Omit<Delivery, "content"> {
  const { id, key, deliveries, attempts, sentAtMs } = message;
  return { id, key, deliveries, attempts, sentAtMs, leasedUntilMs };
}
