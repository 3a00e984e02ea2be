import type { Life } from "#pool/host";
import type { Delivery } from "#pool/queue";

/** A process that is up and consumes a queue, and what it has of it. */
export class Consumer {
  readonly life: Life;
  readonly path: string;
  /** By the numbers of their summons. */
  readonly out: Map<number, Delivery> = new Map<number, Delivery>();
  atOnce: number;
  /** What its executor says it may have at a time. */
  room = 0;
  /** Asked for of the queue, and not handed over yet. */
  comingCount = 0;

  constructor({ life, path, atOnce }: Pick<Consumer, "life" | "path" | "atOnce">) {
    this.life = life;
    this.path = path;
    this.atOnce = atOnce;
  }

  /** How many more it can be given now. */
  get wantedCount(): number {
    return Math.max(0, Math.min(this.room, this.atOnce) - this.out.size - this.comingCount);
  }

  /** Takes off it what it is done with; `undefined` for what it did not have. */
  take(number: number): Delivery | undefined {
    const delivery = this.out.get(number);
    this.out.delete(number);
    return delivery;
  }
}
