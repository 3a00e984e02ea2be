/**
 * How many instances were enough for the whole of the last so much time: the most that any moment
 * of it has asked for. Kept as a falling row, so that it holds only moments that still count.
 */
export class ShrinkDelay {
  readonly #delayNs: number;
  readonly #row: { readonly atNs: number; readonly count: number }[] = [];
  #startNs: number | undefined;

  constructor(delayNs: number) {
    this.#delayNs = delayNs;
  }

  /** `Infinity` as long as the delay has not passed at all. */
  enough(count: number, nowNs: number): number {
    this.#startNs ??= nowNs;
    while ((this.#row.at(-1)?.count ?? Infinity) <= count) this.#row.pop();
    this.#row.push({ atNs: nowNs, count });
    while ((this.#row[0]?.atNs ?? nowNs) < nowNs - this.#delayNs) this.#row.shift();
    const isKnown = nowNs - this.#startNs >= this.#delayNs;
    return isKnown ? (this.#row[0]?.count ?? count) : Infinity;
  }
}
