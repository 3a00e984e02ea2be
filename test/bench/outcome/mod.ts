/**
 * What benches came to: shown, and kept.
 *
 * Knows: how figures are printed, and where they are written. Not how they are measured.
 * Must hold: a figure that misses what was asked says so.
 * Never imports: a bench.
 */
export { printHeading, printOutcome, printVerdict } from "./print.ts";
export { type BenchOutcome, keepResults, machineLine } from "./results.ts";
