/**
 * What survives the daemon, in one file of SQLite: the port `Store`, and its repair.
 *
 * Knows: how entries lie in the file, what proves that they are whole, how a file is made, brought
 * to this build's format and repaired, and what SQLite's failures mean to the operator.
 * Must hold: a write that returned is on the disk, whole; one that threw has changed nothing; an
 * entry that is not as it was written is never given out. A file has one user: the folder's lock
 * (`lock/`) sees to it.
 * Never imports: what the entries mean.
 * Start reading at `sqlite-store.ts`, then `format.ts` and `audit.ts`.
 */
export { type Repair, repairStore } from "./repair.ts";
export { openStore, type StoreOptions } from "./sqlite-store.ts";
