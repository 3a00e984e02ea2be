/**
 * A process's kin: the children it started, and the notices of them and of itself.
 *
 * Knows: which children a process has as far as it was told, how many it may have, and what waits
 * to be told. Nothing of guests, and nothing of the tree, whose rules are kept outside.
 * Must hold: what the outside is asked follows from what the process did alone, so that a replay
 * asks the same; a notice is asked for only when the process wants one.
 * Never imports: the kernel, core/supervise.
 * Start reading at `kin.ts`; the port below it is `Family` in core/host.
 */
export { Kin } from "./kin.ts";
