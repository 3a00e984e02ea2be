import type { SharedOutside } from "#core/host";
import type { Process } from "#core/kernel";

/** The clock all processes have in common, and with it the one that each has to itself. */
export class ProcessClock {
  readonly #shared: SharedOutside["clock"];
  /** Set when there is a process; before, none has asked. */
  process: Process | undefined = undefined;

  constructor(shared: SharedOutside["clock"]) {
    this.#shared = shared;
  }

  realtimeNs(): bigint {
    return this.#shared.realtimeNs();
  }

  monotonicNs(): bigint {
    return this.#shared.monotonicNs();
  }

  cpuNs(): bigint {
    return BigInt(Math.round(this.process?.cpuNs() ?? 0));
  }
}
