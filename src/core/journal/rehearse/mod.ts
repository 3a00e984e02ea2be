/**
 * Rehearsing: what came into one program, for another build of it.
 *
 * Knows: how a journal is taken apart into streams, files, clocks and random bytes, and how what
 * a program writes is compared with what was written.
 * Must hold: nothing of the outside is asked; what the recording does not tell is said, not made
 * up in silence; the recorded program finds no difference.
 * Never imports: a personality, a file system, Node, the other sides of the journal.
 * Start reading at `rehearsal.ts`, then `inputs.ts` (streams, clocks) and `learn.ts` (files).
 */
export type { OutputDifference } from "./outputs.ts";
export { Rehearsal, type RehearsalResult } from "./rehearsal.ts";
