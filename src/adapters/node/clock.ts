import type { Clock, SharedOutside } from "#core/host";

/** The host's clocks as they are read, in milliseconds. */
interface ClockReadings {
  /** Since some fixed moment, with a fraction as fine as nanoseconds. */
  monotonicMs(): number;
  /** Since 1970, cut to whole milliseconds. */
  realtimeMs(): number;
  /** Since 1970 and exact, but slow to read. */
  exactRealtimeNs(): bigint;
}

/**
 * The monotonic clock of the kernel: 49 ns a reading. `performance.now` takes as long, and another
 * millisecond to be loaded.
 */
export const nodeClock: Clock = {
  monotonicNs() {
    const [seconds, ns] = process.hrtime();
    return seconds * 1e9 + ns;
  },
};

/** How far the clock may run beside the host's before it is set anew. */
const toleranceMs = 2;

/**
 * A real-time clock finer than `Date.now` and as cheap: the monotonic clock plus an offset. Each
 * reading is held against `Date.now`, so that a step of the host's clock is followed at the next.
 */
export class RealtimeClock {
  readonly #readings: ClockReadings;
  #offsetMs = 0;
  #offsetNs = 0n;

  constructor(readings: ClockReadings) {
    this.#readings = readings;
    this.#anchor();
  }

  /** Nanoseconds since 1970. */
  nowNs(): bigint {
    // The whole milliseconds are behind by up to one; reading them last makes that less.
    const monotonicMs = this.#readings.monotonicMs();
    const aheadMs = this.#offsetMs + monotonicMs - this.#readings.realtimeMs();
    if (aheadMs > toleranceMs + 1 || aheadMs < -toleranceMs) {
      this.#anchor();
      return this.#readings.exactRealtimeNs();
    }
    return this.#offsetNs + BigInt(Math.round(monotonicMs * 1e6));
  }

  #anchor(): void {
    const exactNs = this.#readings.exactRealtimeNs();
    this.#offsetNs = exactNs - BigInt(Math.round(this.#readings.monotonicMs() * 1e6));
    this.#offsetMs = Number(this.#offsetNs / 1000n) / 1000;
  }
}

/** The clocks a guest sees; a kernel adds what each process has computed. */
export function outsideClock(): SharedOutside["clock"] {
  let realtime: RealtimeClock | undefined;
  // Looking up `process` each time would take a tenth of what the guest's call takes.
  const { hrtime } = process;
  return {
    realtimeNs() {
      realtime ??= new RealtimeClock({
        monotonicMs: () => performance.now(),
        realtimeMs: () => Date.now(),
        exactRealtimeNs: () => Temporal.Now.instant().epochNanoseconds,
      });
      return realtime.nowNs();
    },
    monotonicNs: () => hrtime.bigint(),
  };
}
