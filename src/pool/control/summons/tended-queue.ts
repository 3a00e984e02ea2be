import { assert, MalformedBytes } from "#core/base";
import type { Timer } from "#core/host";
import type { Life } from "#pool/host";
import type { Summons, SummonsEnd } from "#pool/host/summons";
import {
  type DeathCause,
  type Delivery,
  type Letter,
  type MessageId,
  openLetter,
  Queue,
  type QueueLimits,
} from "#pool/queue";
import { batchesOf, batchRequest, messageFields, type Opened } from "./batch.ts";
import { Consumer, type Consumption, type Ready } from "./consumer.ts";
import { type Became, becameOf } from "./outcome.ts";
import type { QueueCare } from "./queue-care.ts";

/**
 * The lease is so much longer than a process may take, so that its executor says what became of a
 * message before the queue believes that nobody will.
 */
const leaseBeyondMs = 10_000;
/** What no instance had comes again after this. */
const releaseDelayMs = 100;
/** After a failure of the disk. */
const retryNs = 1e9;
/** How often consumers are told what waits. */
const backlogEveryNs = 250e6;
/** A time that is further away is looked for again. */
const alarmNsMax = 30e9;

/** One queue of an app: its messages go to those who consume it, and come back. */
export class TendedQueue {
  readonly app: string;
  readonly name: string;
  /** Whether its app has it. Of one that is not wanted any more the messages are kept. */
  isWanted: boolean;
  readonly consumers: Map<Life, Consumer> = new Map<Life, Consumer>();
  readonly #care: QueueCare;
  #limits: QueueLimits;
  #opening: Promise<Queue> | undefined = undefined;
  /** Whether anything happened that its upkeep may be about. */
  isTouched = false;
  #alarm: { readonly timer: Timer; readonly atMs: number } | undefined = undefined;
  #telling: Timer | undefined = undefined;
  #arrivedCount = 0;
  #toldCount = 0;
  #retrying: Timer | undefined = undefined;
  #failure: string | undefined = undefined;
  #isClosed = false;

  constructor(
    whose: Pick<TendedQueue, "app" | "name" | "isWanted"> & { readonly limits: QueueLimits },
    care: QueueCare,
  ) {
    this.app = whose.app;
    this.name = whose.name;
    this.isWanted = whose.isWanted;
    this.#limits = whose.limits;
    this.#care = care;
  }

  /** What it is called among all of a machine. */
  get key(): string {
    return `${this.app}/${this.name}`;
  }

  get limits(): QueueLimits {
    return this.#limits;
  }

  set limits(limits: QueueLimits) {
    this.#limits = limits;
    void this.#opening?.then((queue) => (queue.limits = limits)).catch(() => undefined);
  }

  get outCount(): number {
    return this.consumers.values().reduce((sum, { outCount }) => sum + outCount, 0);
  }

  /** The queue itself, for those who look at it or change it by hand; then call `stir`. */
  open(): Promise<Queue> {
    this.isTouched = true;
    return (this.#opening ??= this.#open());
  }

  /** Something may be ready that was not. */
  stir(arrivedCount = 0): void {
    this.#arrivedCount += arrivedCount;
    this.#offer();
  }

  add({ life, path }: Pick<Consumer, "life" | "path">, consumption: Consumption): void {
    const known = this.consumers.get(life);
    if (known === undefined) this.consumers.set(life, new Consumer(life, path, consumption));
    else known.consumption = consumption;
    this.#offer();
  }

  /** A consumer is gone with all it had, or consumes something else. */
  leave(life: Life): void {
    const consumer = this.consumers.get(life);
    if (consumer === undefined) return;
    this.consumers.delete(life);
    this.#settle(async (queue) => {
      await queue.giveBack(consumer.all(), this.#care.nowMs());
    });
  }

  room(life: Life, most: number): void {
    const consumer = this.consumers.get(life);
    if (consumer === undefined) return;
    consumer.room = most;
    this.#offer();
  }

  ended(life: Life, ends: readonly SummonsEnd[]): void {
    const consumer = this.consumers.get(life);
    if (consumer === undefined) return;
    const became: Became = { done: [], back: [], later: [], untouched: [] };
    for (const { number, outcome } of ends) {
      becameOf(consumer.take(number) ?? [], outcome, became);
    }
    const { done, back, later, untouched } = became;
    // It says anew how much it has room for.
    if (untouched.length > 0) consumer.room = 0;
    const nowMs = this.#care.nowMs();
    this.#settle(async (queue) => {
      await Promise.all([
        queue.acknowledge(done),
        queue.giveBack(back, nowMs),
        ...later.map(([delivery, delayMs]) => queue.giveBack([delivery], nowMs, delayMs)),
        queue.release(untouched, nowMs, releaseDelayMs),
      ]);
    });
  }

  /** Hands out nothing more. What is out may still be settled. */
  close(): void {
    this.#isClosed = true;
    this.#alarm?.timer.cancel();
    this.#telling?.cancel();
    this.#retrying?.cancel();
  }

  async #open(): Promise<Queue> {
    const { logs, chance } = this.#care;
    const died = (ids: readonly MessageId[], cause: DeathCause): void => this.#died(ids, cause);
    try {
      const queue = await Queue.open(this.key, this.#limits, { logs, chance, died });
      // Executors end with their daemon: whoever had messages is gone.
      await queue.recall(this.#care.nowMs());
      return queue;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  #offer(): void {
    if (this.#isClosed || this.consumers.size === 0) return;
    this.#care.attempt(this, async () => {
      const queue = await this.open();
      await Promise.all([...this.consumers.values()].map((each) => this.#give(queue, each)));
      await this.#watch(queue);
      await this.#tell(queue);
    });
  }

  async #give(queue: Queue, consumer: Consumer): Promise<void> {
    const messages = Math.min(consumer.wantedOf(await this.#ready(queue)), this.#limits.batch);
    if (messages === 0 || this.#isClosed) return;
    consumer.comingCount += messages;
    const leaseMs = this.#limits.lease + leaseBeyondMs;
    let deliveries: readonly Delivery[] = [];
    try {
      deliveries = await queue.receive({ messages, leaseMs }, this.#care.nowMs());
    } finally {
      consumer.comingCount -= messages;
    }
    if (deliveries.length === 0) return;
    if (this.consumers.get(consumer.life) === consumer && !this.#isClosed) {
      await this.#hand(queue, consumer, deliveries);
      await this.#give(queue, consumer);
    } else await queue.release(deliveries, this.#care.nowMs());
  }

  async #hand(queue: Queue, consumer: Consumer, deliveries: readonly Delivery[]): Promise<void> {
    const unreadable: Delivery[] = [];
    const opened = deliveries.flatMap((delivery): readonly Opened[] => {
      const letter = readLetter(delivery.content);
      if (letter !== undefined) return [{ delivery, letter }];
      unreadable.push(delivery);
      return [];
    });
    const summons = this.#summonsOf(consumer, opened);
    this.#failure = undefined;
    this.#care.step(() => this.#care.summon(consumer.life, summons));
    if (unreadable.length > 0) await queue.reject(unreadable, this.#care.nowMs());
  }

  #summonsOf(consumer: Consumer, opened: readonly Opened[]): readonly Summons[] {
    const { batch } = consumer.consumption;
    const withinNs = this.#limits.lease * 1e6;
    return batchesOf(opened, { batch, attempts: this.#limits.attempts }).map((messages) => {
      const number = this.#care.nextNumber();
      const deliveries = messages.map(({ delivery }) => delivery);
      consumer.give(number, deliveries);
      const [first] = messages;
      assert(first !== undefined, "no batch is empty");
      if (batch > 1) return { number, withinNs, ...batchRequest(this.name, messages) };
      const fields = messageFields(this.name, first);
      return { number, withinNs, fields, body: first.letter.body };
    });
  }

  /** What could be handed out now. */
  async #ready(queue: Queue): Promise<Ready> {
    const nowMs = this.#care.nowMs();
    const { ready, oldestReadySentAtMs = nowMs } = await queue.counts(nowMs);
    return { count: ready, oldestMs: Math.max(0, nowMs - oldestReadySentAtMs) };
  }

  /** Says what became of messages that were out, and then what comes next. */
  #settle(work: (queue: Queue) => Promise<void>): void {
    this.#care.attempt(this, async () => work(await this.open()));
    this.#offer();
  }

  /** Wakes up when something is due, a lease runs out, or a batch has waited to be full. */
  async #watch(queue: Queue): Promise<void> {
    const ready = await this.#ready(queue);
    const nowMs = this.#care.nowMs();
    const waitsMs = [...this.consumers.values()].map((each) => each.waitsMs(ready) ?? Infinity);
    const atMs = Math.min((await queue.nextAtMs()) ?? Infinity, nowMs + Math.min(...waitsMs));
    if (atMs === Infinity || this.#isClosed) return;
    if (this.#alarm !== undefined && this.#alarm.atMs <= atMs) return;
    this.#alarm?.timer.cancel();
    const waitNs = Math.min(alarmNsMax, Math.max(1e6, (atMs - this.#care.nowMs()) * 1e6));
    const timer = this.#care.turns.after(waitNs, () => {
      this.#alarm = undefined;
      this.#care.attempt(this, async () => (await this.open()).expire(this.#care.nowMs()));
      this.#offer();
    });
    this.#alarm = { timer, atMs };
  }

  /** Tells consumers what waits, as long as something does. */
  async #tell(queue: Queue): Promise<void> {
    if (this.#telling !== undefined || this.#isClosed) return;
    const ready = await this.#ready(queue);
    const requests = [...this.consumers.values()].map(
      (each) => [each, each.requestsOf(ready)] as const,
    );
    const told = Math.max(0, ...requests.map(([, count]) => count));
    // Others may have told meanwhile; and who has nothing to do need not hear it twice.
    if (this.#telling !== undefined || (told === 0 && this.#toldCount === 0)) return;
    this.#toldCount = told;
    const arrivedCount = this.#arrivedCount;
    this.#arrivedCount = 0;
    this.#care.step(() => {
      for (const [{ life, consumption }, readyCount] of requests) {
        const oldestNs = ready.oldestMs * 1e6;
        const arrived = arrivedCount / consumption.batch;
        this.#care.backlog(life, { readyCount, oldestNs, arrivedCount: arrived });
      }
    });
    this.#telling = this.#care.turns.after(backlogEveryNs, () => {
      this.#telling = undefined;
      this.#offer();
    });
  }

  #died(ids: readonly MessageId[], cause: DeathCause): void {
    const which = ids.length === 1 ? `message ${ids[0]}` : `${ids.length} messages`;
    const why = {
      failed: `was not acknowledged in ${this.#limits.attempts} attempts`,
      expired: `was not answered in time in ${this.#limits.attempts} attempts`,
      rejected: "cannot be read",
    }[cause];
    const text = `${which} of queue ${this.name} ${why}`;
    this.#care.step(() =>
      this.#care.happened({ kind: "message-died", app: this.app, text, isFailure: true }),
    );
  }

  /** Something could not be read or written: that is told once, and tried again and again. */
  failed(why: string): void {
    if (this.#retrying === undefined && !this.#isClosed) {
      this.#retrying = this.#care.turns.after(retryNs, () => {
        this.#retrying = undefined;
        this.#offer();
      });
    }
    if (this.#failure === why) return;
    this.#failure = why;
    const { app } = this;
    const text = `queue ${this.name}: ${why}`;
    this.#care.step(() =>
      this.#care.happened({ kind: "queue-failed", app, text, isFailure: true }),
    );
  }
}

function readLetter(content: Uint8Array): Letter | undefined {
  try {
    return openLetter(content);
  } catch (error) {
    if (error instanceof MalformedBytes) return undefined;
    throw error;
  }
}
