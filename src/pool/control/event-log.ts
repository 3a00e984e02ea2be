import { PlatformError } from "#core/sys";
import type { EventView } from "#pool/api";

/** Kept for whoever comes back for them. */
const keptMax = 10_000;

/** What happened lately, numbered in the order it did. */
export class EventLog {
  /** Tells this log's positions from those of another daemon, or of this one before. */
  readonly #origin: string;
  readonly #kept: EventView[] = [];
  readonly #followers = new Set<(event: EventView) => void>();
  #count = 0;
  #untold: EventView[] = [];
  #isDelivering = false;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Notes what happened; those who follow are told with the next `deliver`. */
  add(event: Omit<EventView, "position">): void {
    this.#count += 1;
    const placed = { position: `${this.#origin}-${this.#count}`, ...event };
    this.#kept.push(placed);
    if (this.#followers.size > 0) this.#untold.push(placed);
    if (this.#kept.length > 2 * keptMax) this.#kept.splice(0, keptMax);
  }

  /** Tells those who follow, in order, also when one of them makes more happen. */
  deliver(): void {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      while (this.#untold.length > 0) {
        const events = this.#untold;
        this.#untold = [];
        for (const event of events) for (const follower of this.#followers) follower(event);
      }
    } finally {
      this.#isDelivering = false;
    }
  }

  /** Of the newest event. */
  get position(): string {
    return `${this.#origin}-${this.#count}`;
  }

  /** The first `max` after a position, or of all that are kept. Throws `POSITION_UNKNOWN`. */
  after(position: string | undefined, max: number = keptMax): readonly EventView[] {
    return this.#after(position).slice(0, max);
  }

  #after(position: string | undefined): readonly EventView[] {
    if (position === undefined) return this.#kept.slice(-keptMax);
    const prefix = `${this.#origin}-`;
    const digits = position.startsWith(prefix) ? position.slice(prefix.length) : "";
    const number = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
    const firstKept = this.#count - Math.min(this.#kept.length, keptMax);
    if (!(number >= firstKept && number <= this.#count)) {
      throw new PlatformError(`cannot go on after "${position}": those events are not kept`, {
        code: "POSITION_UNKNOWN",
        hint: "begin without a position; `noos ps` says how things stand",
      });
    }
    return this.#kept.slice(this.#kept.length - (this.#count - number));
  }

  follow(next: (event: EventView) => void): () => void {
    this.#followers.add(next);
    return () => this.#followers.delete(next);
  }
}
