import type { Turns } from "#core/host";

export interface WatchLoopPorts {
  readonly turns: Turns;
  /** Whether there is anything to look after. */
  readonly hasAny: () => boolean;
}

/** Looks after something now and then, for as long as there is anything to look after. */
export class WatchLoop {
  readonly #ports: WatchLoopPorts;
  readonly #firstNs: number;
  readonly #look: () => number;
  #isWatching = false;

  /** `look` answers in how long it is to be called again, `firstNs` is when first. */
  constructor(ports: WatchLoopPorts, firstNs: number, look: () => number) {
    this.#ports = ports;
    this.#firstNs = firstNs;
    this.#look = look;
  }

  /** There is something now. */
  watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#lookIn(this.#firstNs);
  }

  #lookIn(ns: number): void {
    this.#ports.turns.after(ns, () => {
      if (this.#ports.hasAny()) this.#lookIn(this.#look());
      else this.#isWatching = false;
    });
  }
}
