/**
 * Findings: what a controller saw, what it decided and why, for `noos why NAME`.
 *
 * Knows: the reasons there are, each with a sentence; how the last few findings are kept. A new
 * reason is a row of `reasons.ts`.
 * Must hold: findings are plain data; a log is bounded, and the same finding over and over takes
 * one place in it.
 * Never imports: a controller.
 * Start reading at `finding.ts`.
 */
export { type Controller, describeFinding, describeSeen, type Finding } from "./finding.ts";
export { FindingLog, type KeptFinding } from "./finding-log.ts";
export { type FindingReport, reportOf } from "./finding-report.ts";
export type { Reason } from "./reasons.ts";
