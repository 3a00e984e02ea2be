/**
 * A new build of something that serves: how it takes over, what became of it, and what was found
 * when it was rehearsed, as plain data.
 *
 * Knows: what daemons, executors and those who ask them say of it to each other.
 * Must hold: plain data.
 * Never imports: anything.
 * Start reading at `renewal.ts`.
 */
export type { RehearsalReport, RehearsedAnswer } from "./rehearsal-report.ts";
export type { Canary, RenewalNews, SharedCanary } from "./renewal.ts";
