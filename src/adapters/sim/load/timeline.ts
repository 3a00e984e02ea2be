/** One second of a run. */
export interface Moment {
  readonly second: number;
  readonly offered: number;
  readonly answered: number;
  readonly refused: number;
  readonly late: number;
  /** Mean of the second. */
  readonly instances: number;
  readonly optimum: number;
  /** Of the calls that were answered in it; 0 without any. */
  readonly p99Ms: number;
}

/** What a run recorded: a row for each second, and how long each answered call took. */
export interface Timeline {
  readonly moments: readonly Moment[];
  /** Times of answered calls from attempt to answer, by the second in which they came. */
  readonly tookMs: readonly (readonly number[])[];
}

/** The value that the part `q` of `values` is not above; 0 of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}
