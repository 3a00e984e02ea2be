import type { GiveUp } from "./spec.ts";

/** Remembers when a supervisor restarted, as far back as its `give-up` asks. */
export class RestartWindow {
  #timesNs: number[] = [];

  clear(): void {
    this.#timesNs = [];
  }

  /** Notes one more restart; answers whether it is one too many. */
  isTooMany(nowNs: number, giveUp: GiveUp): boolean {
    this.#timesNs = this.#timesNs.filter((timeNs) => timeNs > nowNs - giveUp.withinNs);
    this.#timesNs.push(nowNs);
    return this.#timesNs.length > giveUp.restarts;
  }
}
