/**
 * What is measured in rounds, and what many rounds come to.
 *
 * Knows: how two sides are timed in turns; quantiles and means; a figure with what was asked of it.
 * Nothing of what is measured.
 * Must hold: the same values give the same summary, in whatever order they came.
 * Never imports: anything.
 * Start reading at `rounds.ts`.
 */
export { type Figure, formatNs, isMet, ratioFigure, type Unit } from "./figure.ts";
export { compare, type Comparison, cpuNs, timeNs, type Work } from "./rounds.ts";
export { geometricMean, quantile, type Summary, summarize } from "./statistics.ts";
