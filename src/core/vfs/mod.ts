/**
 * File systems in user land: what a directory and an open file are, and how paths are walked.
 *
 * Knows: `Directory` and `OpenFile`, which every file system implements; walking a path below a
 * directory (links, `..`, slashes at the end, limits); attaching directories to one another.
 * Must hold: nothing leads out of the base of a walk, because only the walk itself goes up and
 * it stops at the base; what a walk entered it releases, once; an expected failure is an `Errno`.
 * Never imports: a single file system (those are the folders beside this file, each with a door
 * of its own, and none of them knows another), a host, a clock.
 * Start reading at `node.ts`, then `walk.ts`. Personalities call `open-path.ts` and
 * `path-calls.ts`.
 */
export type { FileKind } from "#core/host";
export { mountAt, type Mount } from "./mount.ts";
export type {
  Directory,
  DirectoryEntry,
  OpenFile,
  OpenMode,
  OpenStream,
  Place,
  Stat,
  Times,
} from "./node.ts";
export { openOrConnect, openPath, type PathOpening } from "./open-path.ts";
export { madeUpStat } from "./made-up-stat.ts";
export { isNameTooLong } from "./path.ts";
export {
  type Following,
  linkPath,
  makePathDirectory,
  makePathSymlink,
  type PathAt,
  readLinkPath,
  removePathDirectory,
  renamePath,
  setPathTimes,
  statPath,
  unlinkPath,
} from "./path-calls.ts";
export { Quota } from "./quota.ts";
export { ReadOnlyDirectory } from "./read-only.ts";
