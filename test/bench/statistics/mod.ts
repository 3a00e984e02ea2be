/**
 * What many rounds of a measurement come to.
 *
 * Knows: quantiles and means of numbers. Nothing of what was measured.
 * Must hold: the same values give the same summary, in whatever order they came.
 * Never imports: anything.
 * Start reading at `statistics.ts`.
 */
export { geometricMean, quantile, type Summary, summarize } from "./statistics.ts";
