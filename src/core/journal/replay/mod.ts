/**
 * Replaying: the same process again, from its recording alone.
 *
 * Knows: how a journal stands in for all a process was granted, and what counts as a difference.
 * Must hold: nothing of the outside is asked; the first call that differs is named; a replay ends,
 * whatever the recording says.
 * Never imports: a personality, a file system, Node, the other sides of the journal.
 * Start reading at `replayer.ts`.
 */
export {
  type CallSeen,
  type Divergence,
  Replayer,
  type ReplayerOptions,
  type ReplayResult,
} from "./replayer.ts";
