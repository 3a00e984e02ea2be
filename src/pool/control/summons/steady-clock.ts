import type { Clock } from "#core/host";

/**
 * Milliseconds since 1970 that pass as time does: a step of the clock on the wall shows with the
 * next `follow`, and not in the middle of a lease.
 */
export class SteadyClock {
  readonly #clock: Clock;
  readonly #wallMs: () => number;
  #aheadMs: number;

  constructor(clock: Clock, wallMs: () => number) {
    this.#clock = clock;
    this.#wallMs = wallMs;
    this.#aheadMs = this.#measured();
  }

  nowMs(): number {
    return Math.max(0, Math.round(this.#clock.monotonicNs() / 1e6 + this.#aheadMs));
  }

  /** Shows what is on the wall from here on. Expects that nobody has a lease. */
  follow(): void {
    this.#aheadMs = this.#measured();
  }

  #measured(): number {
    return this.#wallMs() - this.#clock.monotonicNs() / 1e6;
  }
}
