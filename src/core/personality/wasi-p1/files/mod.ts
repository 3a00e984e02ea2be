/**
 * The part of WASI preview 1 that is about files: paths, opening, stat, listings, rights.
 *
 * Knows: how paths and rights of the contract become calls of the virtual file system.
 * Must hold: no path is walked here: that is the file system's; a missing right is EBADF for
 * reading and writing, ENOTCAPABLE for the rest.
 * Never imports: the streams, sockets and clocks of the contract beside it.
 * Start reading at `opening.ts` and `lookup.ts`.
 */
export { objectType } from "./file-types.ts";
export {
  fdAllocate,
  fdFilestatGetBy,
  fdFilestatSetSize,
  fdFilestatSetTimes,
  pathFilestatGetBy,
  pathFilestatSetTimes,
} from "./filestat.ts";
export { fdReaddir } from "./listing.ts";
export { descriptorFor, directoryFor, fileFor } from "./lookup.ts";
export { pathOpen } from "./opening.ts";
export {
  pathCreateDirectory,
  pathLink,
  pathReadlink,
  pathRemoveDirectory,
  pathRename,
  pathSymlink,
  pathUnlinkFile,
} from "./paths.ts";
export { requireRight, rightsMask, rightsOfKind } from "./rights.ts";
