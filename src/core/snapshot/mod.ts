/**
 * Snapshots of what is initialised: a process of a program that allows it begins where an earlier
 * one stood after its initialisation, in place of doing that again.
 *
 * Knows: which initialisations can be told from their program and launch alone, because they asked
 * nothing of the outside and changed nothing but memory; what is kept of them, and for how long.
 * Must hold: a process that was restored cannot be told from one that was initialised; no two share
 * chance, for none was taken before; what is kept is bounded in bytes.
 * Never imports: a personality, a file system, Node.
 * Start reading at `forerunner.ts`, then `snapshots.ts`.
 */
export { Forerunner } from "./forerunner.ts";
export { snapshotLimits } from "./snapshot-limits.ts";
export { type Known, type Snapshot, Snapshots } from "./snapshots.ts";
