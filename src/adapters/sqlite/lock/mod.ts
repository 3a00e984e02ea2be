/**
 * A folder is one daemon's: the lock, and who holds it.
 *
 * Knows: that the operating system gives up the locks of an OS process that ends, however it ends,
 * and that SQLite takes such locks, which Node by itself cannot.
 * Must hold: of all OS processes of one machine one holds the lock of a folder; what stands in the
 * file about the holder is for messages only, and decides nothing.
 * Never imports: what is in the folder.
 * Start reading at `folder-lock.ts`.
 */
export { type FolderLock, lockFolder } from "./folder-lock.ts";
