/**
 * Replaying: the same process again, from its recording alone.
 *
 * Knows: how a journal stands in for all a process was granted, and what counts as a difference.
 * Must hold: nothing of the outside is asked; the first call that differs is named; where the
 * recording ends, so does the replay.
 * Never imports: a personality, a file system, Node, the other sides of the journal.
 * Start reading at `replayer.ts`, then `replay-ports.ts`.
 */
export type { CallSeen } from "./call-log.ts";
export { ReplayPorts } from "./replay-ports.ts";
export { type Divergence, Replayer, type ReplayerOptions, type ReplayResult } from "./replayer.ts";
