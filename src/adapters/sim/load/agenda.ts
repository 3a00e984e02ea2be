import { Heap } from "#core/base/collections";

interface Entry {
  readonly atNs: number;
  readonly order: number;
  readonly act: () => void;
}

/** What is to happen at which simulated time; what is due at one time happens in order. */
export class Agenda {
  readonly #entries = new Heap<Entry>(
    (a, b) => a.atNs < b.atNs || (a.atNs === b.atNs && a.order < b.order),
  );
  #order = 0;
  #nowNs = 0;

  get nowNs(): number {
    return this.#nowNs;
  }

  after(delayNs: number, act: () => void): void {
    this.#order += 1;
    this.#entries.push({ atNs: this.#nowNs + delayNs, order: this.#order, act });
  }

  /** Runs all that is due before `endNs`. */
  runUntil(endNs: number): void {
    for (let next = this.#entries.peek(); next !== undefined; next = this.#entries.peek()) {
      if (next.atNs >= endNs) break;
      this.#entries.pop();
      this.#nowNs = next.atNs;
      next.act();
    }
    this.#nowNs = endNs;
  }
}
