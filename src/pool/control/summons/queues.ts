import type { Clock, Timer, Turns } from "#core/host";
import { PlatformError } from "#core/sys";
import type { EventView } from "#pool/api";
import type { QueuedMessage, QueueView } from "#pool/api/queued";
import type { Life, Logs } from "#pool/host";
import type { Backlog, Summons, SummonsEnd } from "#pool/host/summons";
import type { QueueSpec } from "#pool/manifest";
import {
  defaultQueueLimits,
  type MessageId,
  type Outgoing,
  Queue,
  type ReplayRange,
  type Refusal,
  refusalProblem,
  type Standing,
} from "#pool/queue";
import type { Consumer } from "./consumer.ts";
import { messageView, queueView } from "./queue-views.ts";
import { SteadyClock } from "./steady-clock.ts";
import { TendedQueue } from "./tended-queue.ts";

const upkeepEveryNs = 30e9;

export interface QueuesPorts {
  readonly logs: Logs;
  readonly clock: Clock;
  readonly turns: Turns;
  readonly chance: () => number;
  /** The time of day, in milliseconds since 1970. */
  readonly wallMs: () => number;
  nextNumber(): number;
  step(happen: () => void): void;
  summon(life: Life, summons: readonly Summons[]): void;
  backlog(life: Life, backlog: Backlog): void;
  happened(event: Omit<EventView, "position" | "at">): void;
  /** A bug of ours showed in work that nobody waits for. */
  failed(error: unknown): void;
}

/** The queues of all apps. */
export class Queues {
  readonly #ports: QueuesPorts;
  readonly #time: SteadyClock;
  readonly #queues = new Map<string, TendedQueue>();
  readonly #consumed = new Map<Life, TendedQueue>();
  readonly #underway = new Set<Promise<void>>();
  #caring: Timer | undefined = undefined;
  #isClosed = false;

  constructor(ports: QueuesPorts) {
    this.#ports = ports;
    this.#time = new SteadyClock(ports.clock, ports.wallMs);
    this.#careLater();
  }

  /** What an app has of queues from now on. */
  become(app: string, specs: readonly QueueSpec[]): void {
    const wanted = new Set(specs.map(({ name }) => name));
    for (const queue of this.#queues.values()) {
      if (queue.app === app && !wanted.has(queue.name)) queue.isWanted = false;
    }
    for (const { name, limits } of specs) {
      const queue = this.#add(app, name);
      queue.isWanted = true;
      queue.limits = limits;
    }
  }

  /** A process is up that consumes a queue of its app; or it does otherwise than before. */
  consume(
    app: string,
    queue: string,
    whose: Pick<Consumer, "life" | "path" | "consumption">,
  ): void {
    const tended = this.#add(app, queue);
    const before = this.#consumed.get(whose.life);
    if (before !== undefined && before !== tended) before.leave(whose.life);
    this.#consumed.set(whose.life, tended);
    tended.add(whose, whose.consumption);
  }

  leave(life: Life): void {
    this.#consumed.get(life)?.leave(life);
    this.#consumed.delete(life);
  }

  room(life: Life, most: number): void {
    this.#consumed.get(life)?.room(life, most);
  }

  ended(life: Life, ends: readonly SummonsEnd[]): void {
    this.#consumed.get(life)?.ended(life, ends);
  }

  /** Hands out nothing more. */
  close(): void {
    this.#isClosed = true;
    this.#caring?.cancel();
    for (const queue of this.#queues.values()) queue.close();
  }

  /** When what was asked for is durable, or has failed. */
  async settled(): Promise<void> {
    while (this.#underway.size > 0) await Promise.all(this.#underway);
  }

  // --- asked by others -------------------------------------------------------------------------

  /** `undefined`: no app has such a queue. */
  send(key: string, messages: readonly Outgoing[]): Promise<Sent> | undefined {
    const tended = this.#queues.get(key);
    return tended?.isWanted === true && !this.#isClosed ? this.#send(tended, messages) : undefined;
  }

  async views(app?: string): Promise<readonly QueueView[]> {
    await this.#findKept();
    const shown = [...this.#queues.values()]
      .filter((queue) => app === undefined || queue.app === app)
      .toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const views = await Promise.all(shown.map((tended) => this.#view(tended)));
    return views.filter((view) => view !== undefined);
  }

  /** Of one that cannot be read it is told what is wrong, and the others are shown. */
  async #view(tended: TendedQueue): Promise<QueueView | undefined> {
    const nowMs = this.#time.nowMs();
    try {
      const queue = await tended.open();
      return queueView(tended, await queue.counts(nowMs), nowMs);
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      tended.failed(error.message);
      return undefined;
    }
  }

  /** Throws `QUEUE_UNKNOWN`. */
  async peek(
    app: string,
    name: string,
    what: { readonly standing: Standing; readonly from?: MessageId; readonly most: number },
  ): Promise<readonly QueuedMessage[]> {
    const queue = await (await this.#expect(app, name)).open();
    return (await queue.peek(what, this.#time.nowMs())).map(messageView);
  }

  /** Throws `QUEUE_UNKNOWN`, `QUEUE_FULL`, `MESSAGE_REFUSED`. */
  async sendByHand(app: string, name: string, message: Outgoing): Promise<MessageId> {
    const tended = await this.#expect(app, name);
    const sent = await this.#send(tended, [message]);
    if ("refusal" in sent) throw refusalProblem(tended.key, sent.refusal);
    return sent.ids[0] ?? 0;
  }

  /** Throws `QUEUE_UNKNOWN`. */
  async redrive(app: string, name: string, ids: readonly MessageId[] | undefined): Promise<number> {
    const tended = await this.#expect(app, name);
    const count = await (await tended.open()).redrive(ids, this.#time.nowMs());
    tended.stir(count);
    return count;
  }

  /** Of a queue that no app has any more, what is left of it goes too. Throws `QUEUE_UNKNOWN`. */
  async purge(app: string, name: string, standing: Standing | "all"): Promise<number> {
    const tended = await this.#expect(app, name);
    const count = await (await tended.open()).purge(standing, this.#time.nowMs());
    if (tended.isWanted || standing !== "all") tended.stir();
    else {
      tended.close();
      this.#queues.delete(tended.key);
      await Queue.remove(tended.key, this.#ports.logs);
    }
    return count;
  }

  /** Throws `QUEUE_UNKNOWN`, `POSITION_UNKNOWN`; where a bound stops it, what `send` throws. */
  async replay(app: string, name: string, range: ReplayRange): Promise<number> {
    const tended = await this.#expect(app, name);
    const queue = await tended.open();
    const { count, refusal } = await queue.replay(range, this.#time.nowMs());
    tended.stir(count);
    if (refusal !== undefined) throw refusalProblem(tended.key, refusal);
    return count;
  }

  // ---------------------------------------------------------------------------------------------

  async #send(tended: TendedQueue, messages: readonly Outgoing[]): Promise<Sent> {
    const answer = await (await tended.open()).send(messages, this.#time.nowMs());
    if ("code" in answer) return { refusal: answer };
    tended.stir(messages.length);
    return { ids: answer };
  }

  #add(app: string, name: string): TendedQueue {
    return this.#queues.getOrInsertComputed(`${app}/${name}`, () => {
      const whose = { app, name, isWanted: true, limits: defaultQueueLimits };
      return new TendedQueue(whose, {
        ...this.#ports,
        nowMs: () => this.#time.nowMs(),
        attempt: (queue, work) => this.#attempt(queue, work),
      });
    });
  }

  #attempt(queue: TendedQueue, work: () => Promise<void>): void {
    const done = work()
      .catch((error: unknown) => {
        if (error instanceof PlatformError) queue.failed(error.message);
        else this.#ports.failed(error);
      })
      .finally(() => this.#underway.delete(done));
    this.#underway.add(done);
  }

  async #expect(app: string, name: string): Promise<TendedQueue> {
    if (!this.#queues.has(`${app}/${name}`)) await this.#findKept();
    const tended = this.#queues.get(`${app}/${name}`);
    if (tended !== undefined) return tended;
    throw new PlatformError(`there is no queue "${name}" of "${app}"`, {
      code: "QUEUE_UNKNOWN",
      hint: "noos queue list shows those that are",
    });
  }

  /** Those that no app has any more, but whose messages are kept. */
  async #findKept(): Promise<void> {
    for (const key of await Queue.names(this.#ports.logs)) {
      const [app = "", name = ""] = key.split("/");
      if (!this.#queues.has(key)) this.#add(app, name).isWanted = false;
    }
  }

  #careLater(): void {
    this.#caring = this.#ports.turns.after(upkeepEveryNs, () => {
      this.#care();
      this.#careLater();
    });
  }

  #care(): void {
    const queues = [...this.#queues.values()];
    if (queues.every(({ outCount }) => outCount === 0)) this.#time.follow();
    for (const queue of queues.filter(({ isTouched }) => isTouched)) {
      queue.isTouched = false;
      this.#attempt(queue, async () => {
        const { isTouched } = queue;
        await (await queue.open()).upkeep(this.#time.nowMs());
        queue.isTouched = isTouched;
      });
    }
  }
}

export type Sent = { readonly ids: readonly MessageId[] } | { readonly refusal: Refusal };
