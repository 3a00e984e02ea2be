/**
 * Those a process may call, as a directory: opening a name is a connection to who has it.
 *
 * Knows: the names that were granted, and that a connection is a tunnel of the process's outlet.
 * Must hold: a name that was not granted is not there; nothing is connected before it is opened,
 * and opening waits for nobody: who is not there yet is waited for by the first read.
 * Never imports: the kernel, a personality, another file system.
 * Start reading at `names.ts`.
 */
export { namesDirectory } from "./names.ts";
