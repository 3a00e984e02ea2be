import { assert } from "./assert.ts";

/** Eight buckets between a value and twice as much, the bound of each 2^(1/8) times the last. */
const scale = 3;
const bucketsPerOctave = 2 ** scale;

/** As exponents of two: what is not above the least counts as nothing. */
const octaves = { least: -30, most: 34 } as const;

const zeroMax = 2 ** octaves.least;

/** Bucket i has what is above `bounds[i]`, up to and including `bounds[i + 1]`. */
const bounds = boundsOfBuckets();
const bucketCount = bounds.length - 1;

/** The index that OpenTelemetry has for bucket 0. */
const firstIndex = octaves.least * bucketsPerOctave;

/**
 * A histogram as plain data, as small as what it has seen is varied. Bucket `offset + i` counts
 * what was above 2^((offset+i)/8), up to and including 2^((offset+i+1)/8).
 */
export interface HistogramView {
  /** Always 3, as OpenTelemetry counts: 2^3 buckets between a value and twice as much. */
  readonly scale: number;
  readonly count: number;
  readonly sum: number;
  /** Of those, how many were 2^-30 or less: no bucket has them. */
  readonly zeros: number;
  readonly offset: number;
  readonly counts: readonly number[];
  /** Where there were any. */
  readonly min?: number;
  readonly max?: number;
}

/**
 * How often values of each size were seen, in bounded memory: the base-2 exponential histogram of
 * OpenTelemetry at scale 3 (https://opentelemetry.io/docs/specs/otel/metrics/data-model/,
 * "ExponentialHistogram"). All have the same buckets, so those of many sources are merged by adding
 * counts, in any order, and say just what one would that had seen everything; only `sum` is rounded
 * as floating point is. What a quantile says is within 4.4 % of a value that was seen, for values
 * from 2^-30 to 2^34 (of seconds: from a nanosecond to 500 years).
 */
export class Histogram {
  readonly #counts = new Map<number, number>();
  #count = 0;
  #sum = 0;
  #zeros = 0;
  #min = Infinity;
  #max = -Infinity;

  static of(view: HistogramView): Histogram {
    assert(view.scale === scale, "all histograms have the same buckets");
    const histogram = new Histogram();
    histogram.#count = view.count;
    histogram.#sum = view.sum;
    histogram.#zeros = view.zeros;
    histogram.#min = view.min ?? Infinity;
    histogram.#max = view.max ?? -Infinity;
    for (const [index, count] of view.counts.entries()) {
      if (count > 0) histogram.#counts.set(view.offset + index - firstIndex, count);
    }
    return histogram;
  }

  get count(): number {
    return this.#count;
  }

  get sum(): number {
    return this.#sum;
  }

  /** Expects a finite value; one below 0 counts as 0. */
  record(value: number): void {
    assert(Number.isFinite(value), "what is recorded was measured");
    const size = Math.max(0, value);
    this.#count += 1;
    this.#sum += size;
    this.#min = Math.min(this.#min, size);
    this.#max = Math.max(this.#max, size);
    if (size <= zeroMax) this.#zeros += 1;
    else this.#add(bucketOf(size), 1);
  }

  /** Becomes what it would be if it had seen all that `other` has, too. */
  merge(other: Histogram): void {
    // As it is now: another may be this one.
    const counts = [...other.#counts];
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#zeros += other.#zeros;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
    for (const [bucket, count] of counts) this.#add(bucket, count);
  }

  /**
   * The value that the part `q` of all is not above: 0.5 for the median. Expects `q` from 0 to 1;
   * `undefined` where nothing was seen.
   */
  quantile(q: number): number | undefined {
    assert(q >= 0 && q <= 1, "a quantile is of a part of all");
    if (this.#count === 0) return undefined;
    const rank = Math.max(1, Math.ceil(q * this.#count));
    let seen = this.#zeros;
    // Those that are that small are all but the same.
    if (rank <= seen) return this.#min;
    for (const [bucket, count] of this.#sorted()) {
      seen += count;
      if (seen >= rank) return Math.min(this.#max, Math.max(this.#min, middleOf(bucket)));
    }
    return this.#max;
  }

  /** How many were `bound` or less. Exact for powers of two from 2^-30 to 2^33. */
  countUpTo(bound: number): number {
    if (bound < zeroMax) return 0;
    let seen = this.#zeros;
    for (const [bucket, count] of this.#counts) {
      if (upperOf(bucket) <= bound) seen += count;
    }
    return seen;
  }

  view(): HistogramView {
    const sorted = this.#sorted();
    const [first] = sorted[0] ?? [-firstIndex];
    const [last] = sorted.at(-1) ?? [first - 1];
    const counts = Array.from(
      { length: last - first + 1 },
      (_, index) => this.#counts.get(first + index) ?? 0,
    );
    return {
      scale,
      count: this.#count,
      sum: this.#sum,
      zeros: this.#zeros,
      offset: first + firstIndex,
      counts,
      ...(this.#count === 0 ? {} : { min: this.#min, max: this.#max }),
    };
  }

  #sorted(): readonly (readonly [bucket: number, count: number])[] {
    return [...this.#counts].toSorted(([a], [b]) => a - b);
  }

  #add(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
  }
}

/**
 * Made by square roots and doubling alone, which are the same on every machine; logarithms, by
 * which buckets could be found without a table, need not be.
 */
function boundsOfBuckets(): Float64Array {
  const count = (octaves.most - octaves.least) * bucketsPerOctave;
  const all = new Float64Array(count + 1);
  for (let step = 0; step < bucketsPerOctave; step += 1) {
    // 2^(step/8) is a product of 2^(1/2), 2^(1/4) and 2^(1/8).
    let factor = 1;
    let root = 2;
    for (let bit = bucketsPerOctave / 2; bit >= 1; bit /= 2) {
      root = Math.sqrt(root);
      if ((step & bit) !== 0) factor *= root;
    }
    let bound = zeroMax * factor;
    for (let at = step; at <= count; at += bucketsPerOctave) {
      all[at] = bound;
      bound *= 2;
    }
  }
  return all;
}

/** Expects a value above the first bound; the last bucket has all that is above the last. */
function bucketOf(value: number): number {
  let low = 0;
  let high = bucketCount - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= upperOf(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function upperOf(bucket: number): number {
  return bounds[bucket + 1] ?? Infinity;
}

/** Of all in the bucket it is off by the same part at most. */
function middleOf(bucket: number): number {
  const lower = bounds[bucket] ?? 0;
  const upper = upperOf(bucket);
  return (2 * lower * upper) / (lower + upper);
}
