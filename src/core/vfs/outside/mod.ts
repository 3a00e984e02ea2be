/**
 * A directory of the host, as a file system of a process.
 *
 * Knows: how `Directory` and `OpenFile` are spelt in calls of the port `OutsideDirectory`: mostly
 * one call each, because a call of the host is what an operation costs.
 * Must hold: each handle the port gives is closed once, when its last owner releases it; in a
 * read-only directory no change is ever asked of the port. That no path leads out is the walk's
 * and the port's work: the port opens single names and never follows a symbolic link.
 * Never imports: another file system, or anything of a host but the port.
 * Start reading at `folder.ts`.
 */
export { outsideDirectory } from "./folder.ts";
