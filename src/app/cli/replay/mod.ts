/**
 * `noos replay`: a recording again, up to a call, or its inputs for another program.
 *
 * Knows: how a recording becomes a run without an outside, and how what came of it is told.
 * Must hold: stdout and stderr get what the program writes; what we say goes to stderr (of a
 * rehearsal, whose program's output is only compared, to stdout); a difference is status 123.
 * Never imports: the commands, or what `noos run` needs of the outside.
 * Start reading at `replay.ts`, then `play.ts`.
 */
export { replay } from "./replay.ts";
