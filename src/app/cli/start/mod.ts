/**
 * A run of one program on this thread: from an order to a process, and to how it ended.
 *
 * Knows: how FILE is read, which adapters stand behind a process of the command line, and in
 * which order they are opened. Nothing of command lines, nor of what a person is told.
 * Must hold: what the order does not name is not opened; what only some runs need is loaded by
 * those, for the start is measured; an outcome is there when all output has been delivered.
 * Never imports: a command.
 * Start reading at `run-to-end.ts`, then `start.ts`.
 */
export type { RunOrder } from "./order.ts";
export { type Outcome, type RecordingOutcome, statusOf } from "./outcome.ts";
export { type PhaseNotes, PhaseWatch } from "./phases.ts";
export { type End, type Keeper, runToEnd } from "./run-to-end.ts";
export { guestFramesMax } from "./start.ts";
