/** How long each phase of preparing a program took, in the order they happened. */
export interface PreparePhase {
  readonly name: "hash" | "look up" | "validate" | "instrument" | "keep" | "compile" | "describe";
  readonly ns: number;
}

/** Notes how long named steps take. */
export class PhaseWatch {
  readonly phases: PreparePhase[] = [];
  readonly #clock: { monotonicNs(): number };

  constructor(clock: { monotonicNs(): number }) {
    this.#clock = clock;
  }

  time<T>(name: PreparePhase["name"], step: () => T): T {
    const start = this.#clock.monotonicNs();
    const result = step();
    this.phases.push({ name, ns: this.#clock.monotonicNs() - start });
    return result;
  }
}
