/** What the limiter goes by; names and values of Gradient2 where there are such. */
export interface LimitNumbers {
  /** For each instance that is ready. */
  readonly startEach: number;
  readonly minEach: number;
  /** After so many answers the limit counts as learnt, though it may grow on. */
  readonly learntAnswers: number;
  /** How many times as long as at the baseline answers may take before the limit falls. */
  readonly tolerance: number;
  /** How much of a new limit counts. */
  readonly smoothing: number;
  /** A window ends when it has so many answers, and is so long. */
  readonly windowAnswers: number;
  readonly windowNs: number;
  /** While callers are held back, the baseline is measured anew so often. */
  readonly restEveryNs: number;
}

export const limitNumbers: LimitNumbers = {
  startEach: 4,
  minEach: 1,
  learntAnswers: 50,
  tolerance: 1.5,
  smoothing: 0.2,
  windowAnswers: 10,
  windowNs: 100e6,
  restEveryNs: 30e9,
};
