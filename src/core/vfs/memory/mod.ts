/**
 * A file system in memory that is bytes when it is quiet.
 *
 * Knows: files in pages, directories, symbolic and hard links, files that are open but have no
 * name any more, a quota for all of it, and the saved form of a whole tree.
 * Must hold: what is counted in the quota is given back when the last name and the last holder
 * are gone; the same tree is always saved as the same bytes; saved bytes are not trusted.
 * Never imports: another file system, a host, a clock (`now` comes in by the constructor).
 * Start reading at `tree.ts`, then `folder.ts`.
 */
export type { MemoryOptions } from "./store.ts";
export { MemoryTree } from "./tree.ts";
