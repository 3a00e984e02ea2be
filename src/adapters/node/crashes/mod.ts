/**
 * Recordings of processes that failed, as files that only their daemon can read: they hold what
 * came into a process, its secrets too.
 *
 * Knows: the format of a sealed file, what an executor is given to write one, and what lies in the
 * folder of crashes.
 * Must hold: nothing of a recording is on the disk but sealed; whoever can write to the folder can
 * make no file that is taken for another one, or for a shorter one; an executor opens none that
 * it did not write.
 * Never imports: what a recording means.
 * Start reading at `sealed-file.ts`, then `write-crash.ts` and `crash-folder.ts`.
 */
export { type CrashFolder, countCrashes, openCrashFolder, removeCrashes } from "./crash-folder.ts";
export { newSealingKey, type SealingKey } from "./sealing-key.ts";
export { writeCrash } from "./write-crash.ts";
