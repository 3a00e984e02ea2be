import type { Life } from "#pool/host";
import type { Delivery } from "#pool/queue";

/** How a process consumes, as its manifest has it. */
export interface Consumption {
  /** Messages that all its instances have at a time. */
  readonly atOnce: number;
  /** Messages that come in one request at most. */
  readonly batch: number;
  /** How long a message waits for others to fill a batch. */
  readonly waitMs: number;
}

/** What of a queue could be handed out. */
export interface Ready {
  readonly count: number;
  /** How long ago the first of them was sent. */
  readonly oldestMs: number;
}

/** A process that is up and consumes a queue, and what it has of it. */
export class Consumer {
  readonly life: Life;
  readonly path: string;
  consumption: Consumption;
  /** What its executor says it may have at a time, in requests. */
  room = 0;
  /** Messages asked for of the queue, and not handed over yet. */
  comingCount = 0;
  /** What each request that is out brought, by the number of its summons. */
  readonly #out = new Map<number, readonly Delivery[]>();
  #outCount = 0;

  constructor(life: Life, path: string, consumption: Consumption) {
    this.life = life;
    this.path = path;
    this.consumption = consumption;
  }

  /** Messages that it has. */
  get outCount(): number {
    return this.#outCount;
  }

  /** How many messages it is to be given now: a batch that is not full has waited long enough. */
  wantedOf(ready: Ready): number {
    const { atOnce, batch } = this.consumption;
    const comingRequests = Math.ceil(this.comingCount / batch);
    const requests = Math.max(0, this.room - this.#out.size - comingRequests);
    const messages = Math.max(0, atOnce - this.#outCount - this.comingCount);
    const most = Math.min(requests * batch, messages, ready.count);
    const full = most - (most % batch);
    return full > 0 || !this.#isDue(ready) ? full : most;
  }

  /** How many requests that would be, if it had room for all of them. */
  requestsOf(ready: Ready): number {
    const count = ready.count / this.consumption.batch;
    return this.#isDue(ready) ? Math.ceil(count) : Math.floor(count);
  }

  /** In how many milliseconds a batch that is not full is to be handed out. */
  waitsMs({ count, oldestMs }: Ready): number | undefined {
    const { batch, waitMs } = this.consumption;
    return count % batch === 0 || oldestMs >= waitMs ? undefined : waitMs - oldestMs;
  }

  /** It has these from now on. */
  give(number: number, deliveries: readonly Delivery[]): void {
    this.#out.set(number, deliveries);
    this.#outCount += deliveries.length;
  }

  /** Takes off it what it is done with; `undefined` for what it did not have. */
  take(number: number): readonly Delivery[] | undefined {
    const deliveries = this.#out.get(number);
    this.#out.delete(number);
    this.#outCount -= deliveries?.length ?? 0;
    return deliveries;
  }

  /** All that it has. */
  all(): readonly Delivery[] {
    return [...this.#out.values()].flat();
  }

  #isDue({ oldestMs }: Ready): boolean {
    return oldestMs >= this.consumption.waitMs;
  }
}
