/** How fast the baseline follows, as parts of the way for each window measured. */
const followDown = 0.1;
const followUp = 0.01;

/**
 * How long answers take when nothing queues: what the times of windows are compared with. It
 * follows lower ones fast, higher ones slowly, and those only while the caller can tell that they
 * are not the mark of a queue. Kept as a logarithm: each window's value is a geometric mean, so a
 * few calls that take a hundred times as long do not decide, and ratios are differences.
 */
export class Baseline {
  #logNs: number | undefined;

  get isKnown(): boolean {
    return this.#logNs !== undefined;
  }

  /** How many times as long as at the baseline; 1 while nothing is known. */
  slowdown(logNs: number): number {
    return this.#logNs === undefined ? 1 : Math.exp(logNs - this.#logNs);
  }

  /** Of the geometric mean of the calls; `undefined` while nothing is known. */
  get ns(): number | undefined {
    return this.#logNs === undefined ? undefined : Math.exp(this.#logNs);
  }

  see(logNs: number, { mayRise }: { readonly mayRise: boolean }): void {
    if (this.#logNs === undefined) {
      this.#logNs = logNs;
      return;
    }
    const way = logNs - this.#logNs;
    if (way < 0) this.#logNs += followDown * way;
    else if (mayRise) this.#logNs += followUp * way;
  }

  /** Answers do take so long now. */
  accept(logNs: number): void {
    this.#logNs = logNs;
  }
}
