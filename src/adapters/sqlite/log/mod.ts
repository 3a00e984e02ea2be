/**
 * The port `Logs` in one file of SQLite, with group commit, and the file's repair.
 *
 * Knows: how entries of many logs lie in one file, what proves that they are whole, and that
 * everything asked for in one turn of the event loop costs one sync of the disk.
 * Must hold: what was answered is on the disk; an entry that is not as it was written is never
 * given out; no position is used twice, after a repair neither. A file has one user: the folder's
 * lock sees to it.
 * Never imports: what the entries mean.
 * Start reading at `sqlite-logs.ts`, then `group.ts`.
 */
export { type LogRepair, repairLogs } from "./repair.ts";
export { type LogsOptions, openLogs } from "./sqlite-logs.ts";
