import type { SeededRandom } from "#core/base";
import type { Watchdog } from "#core/host";
import type { VirtualTime } from "./virtual-time.ts";

/**
 * A watchdog without a thread. The flag is up all through a slice, so that every check of a
 * program comes here: each takes `checkNs` of virtual time, and the slice is over when its time
 * is, or, with the chance `preemptShare`, at its first check. So a seed decides where programs
 * are interrupted, and one that spins uses up its time as it would outside.
 */
export class SimulatedWatchdog implements Watchdog {
  readonly flag: WebAssembly.Memory = new WebAssembly.Memory({
    initial: 1,
    maximum: 1,
    shared: true,
  });
  readonly #word: Int32Array = new Int32Array(this.flag.buffer);
  readonly #time: VirtualTime;
  readonly #random: SeededRandom;
  readonly #preemptShare: number;
  readonly #checkNs: number;
  #endsNs = Infinity;

  constructor(options: {
    readonly time: VirtualTime;
    readonly random: SeededRandom;
    readonly preemptShare: number;
    readonly checkNs: number;
  }) {
    this.#time = options.time;
    this.#random = options.random;
    this.#preemptShare = options.preemptShare;
    this.#checkNs = options.checkNs;
  }

  start(sliceNs: number): void {
    const isCutShort = this.#random.below(1e6) < this.#preemptShare * 1e6;
    this.#endsNs = this.#time.monotonicNs() + (isCutShort ? 0 : sliceNs);
    this.#word[0] = 1;
  }

  stop(): void {
    this.#endsNs = Infinity;
    this.#word[0] = 0;
  }

  isDue(): boolean {
    this.#time.advance(this.#checkNs);
    return this.#time.monotonicNs() >= this.#endsNs;
  }
}
