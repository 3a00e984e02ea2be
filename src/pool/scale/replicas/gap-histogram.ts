import { assert } from "#core/base";

const second = 1e9;
/** The least bucket ends here; each is a quarter of an octave wider than the one before. */
const leastNs = 0.01 * second;
const bucketsPerOctave = 4;
/** 10 ms to 23 hours. */
const bucketCount = 4 * 23;
/** When so many were counted all counts are halved, so that old habits are forgotten. */
const countMax = 1024;

/**
 * How long the gaps between calls to one spec are: counts in buckets that grow with the gap, 92
 * small numbers, made when the first gap is seen.
 */
export class GapHistogram {
  #counts: Uint16Array | undefined;
  #total = 0;

  get count(): number {
    return this.#total;
  }

  record(gapNs: number): void {
    assert(gapNs >= 0, "a gap has a length");
    const counts = (this.#counts ??= new Uint16Array(bucketCount));
    const index = bucketOf(gapNs);
    counts[index] = (counts[index] ?? 0) + 1;
    this.#total += 1;
    if (this.#total < countMax) return;
    for (const [at, count] of counts.entries()) counts[at] = count >> 1;
    this.#total = counts.reduce((sum, count) => sum + count, 0);
  }

  /** The length that the part `q` of all gaps is not above, or not below with `side` "lower". */
  quantile(q: number, side: "lower" | "upper"): number {
    const rank = Math.max(1, Math.ceil(q * this.#total));
    let seen = 0;
    for (const [index, count] of (this.#counts ?? []).entries()) {
      seen += count;
      if (seen >= rank) return side === "upper" ? upperOf(index) : upperOf(index - 1);
    }
    return upperOf(bucketCount - 1);
  }

  /** Which part of all gaps is not longer than `gapNs`, to the width of a bucket. */
  partUpTo(gapNs: number): number {
    if (this.#total === 0) return 0;
    let seen = 0;
    for (const [index, count] of (this.#counts ?? []).entries()) {
      if (upperOf(index) <= gapNs) seen += count;
    }
    return seen / this.#total;
  }

  /**
   * The standard deviation of the counts of all buckets by their mean: high when few buckets have
   * most of the gaps, which is when the past says something about the next one.
   */
  get scatter(): number {
    const mean = this.#total / bucketCount;
    if (mean === 0) return 0;
    const squares = [...(this.#counts ?? [])].reduce((sum, count) => sum + (count - mean) ** 2, 0);
    return Math.sqrt(squares / bucketCount) / mean;
  }
}

function bucketOf(gapNs: number): number {
  if (gapNs <= leastNs) return 0;
  const index = Math.ceil(Math.log2(gapNs / leastNs) * bucketsPerOctave);
  return Math.min(bucketCount - 1, index);
}

function upperOf(index: number): number {
  return index < 0 ? 0 : leastNs * 2 ** (index / bucketsPerOctave);
}
