import { assert } from "#core/base";

/**
 * Sums over the last so much time, in a ring of buckets that is made once: adding costs no memory,
 * and time that passes costs as many steps as buckets passed, the whole ring at most.
 */
export class BucketRing {
  readonly #sums: Float64Array;
  readonly #bucketNs: number;
  /** The bucket that `#nowNs` is in, counted from the beginning of time. */
  #current: number;
  /** Nothing is known of the time before. */
  readonly #startNs: number;
  #nowNs: number;

  /** Answers for windows up to `spanNs`, with an edge as coarse as `bucketNs`. */
  constructor(options: {
    readonly spanNs: number;
    readonly bucketNs: number;
    readonly nowNs: number;
  }) {
    const { spanNs, bucketNs, nowNs } = options;
    assert(bucketNs > 0 && spanNs >= bucketNs, "a window has a bucket at least");
    this.#bucketNs = bucketNs;
    this.#sums = new Float64Array(Math.ceil(spanNs / bucketNs) + 1);
    this.#startNs = nowNs;
    this.#nowNs = nowNs;
    this.#current = Math.floor(nowNs / bucketNs);
  }

  /**
   * Adds what happened evenly between `sinceNs` and `nowNs`. Time does not go back: what would be
   * of the future of the latest time known counts as of that time.
   */
  add(amount: number, sinceNs: number, nowNs: number): void {
    this.advance(nowNs);
    const spanNs = nowNs - sinceNs;
    let untilNs = Math.min(nowNs, this.#nowNs);
    let back = 0;
    while (spanNs > 0 && back < this.#sums.length - 1) {
      const edgeNs = (this.#current - back) * this.#bucketNs;
      if (edgeNs <= sinceNs) break;
      const partNs = Math.max(0, untilNs - edgeNs);
      this.#put(back, (amount * partNs) / spanNs);
      untilNs -= partNs;
      back += 1;
    }
    this.#put(back, spanNs > 0 ? (amount * Math.max(0, untilNs - sinceNs)) / spanNs : amount);
  }

  #put(back: number, amount: number): void {
    const index = (this.#current - back + this.#sums.length * 2) % this.#sums.length;
    this.#sums[index] = (this.#sums[index] ?? 0) + amount;
  }

  advance(nowNs: number): void {
    if (nowNs <= this.#nowNs) return;
    this.#nowNs = nowNs;
    const target = Math.floor(nowNs / this.#bucketNs);
    const passed = Math.min(target - this.#current, this.#sums.length);
    for (let step = 0; step < passed; step++) this.#sums[(target - step) % this.#sums.length] = 0;
    this.#current = target;
  }

  /** The sum over the last `windowNs`; of the bucket at the far edge, the part inside counts. */
  sum(windowNs: number): number {
    const count = this.#sums.length;
    let left = Math.min(windowNs, (count - 1) * this.#bucketNs);
    let partNs = this.#nowNs - this.#current * this.#bucketNs;
    let total = 0;
    for (let back = 0; back < count && left >= 0; back++) {
      const weight = partNs <= left || partNs === 0 ? 1 : left / partNs;
      total += weight * (this.#sums[(this.#current - back + count * 2) % count] ?? 0);
      left -= partNs;
      partNs = this.#bucketNs;
    }
    return total;
  }

  /** How much of the last `windowNs` is known at all. */
  coveredNs(windowNs: number): number {
    return Math.min(windowNs, this.#nowNs - this.#startNs);
  }
}
