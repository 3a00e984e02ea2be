/**
 * How runs of load shapes are shown: a table as text, a plot as SVG.
 *
 * Knows: figures and timelines of `adapters/sim/load`; no file.
 * Must hold: what is shown follows from its arguments alone.
 * Never imports: another folder of tests.
 * Start reading at `table.ts`.
 */
export { plotOf } from "./plot.ts";
export { type ShownRun, tableOf } from "./table.ts";
