/**
 * The flight recorder: the last of a process's journal, kept for the case that it fails.
 *
 * Knows: how the end of a journal is kept in bounded memory, for each process and for all of an
 * executor, and how it becomes a recording when the process has failed.
 * Must hold: a process that does little costs little; neither bound is ever passed; what is kept
 * is the end of the journal without a gap, and says whether that is all of it.
 * Never imports: a personality, a file system, Node, the other sides of the journal but `record`.
 * Start reading at `flight-recorder.ts`, then `ring.ts` and `budget.ts`.
 */
export { FlightBudget } from "./budget.ts";
export { FlightRecorder, type FlightRecorderOptions } from "./flight-recorder.ts";
