import { type BigIntStats, constants } from "node:fs";
import type { FileKind, HostStat } from "#core/host";

const { S_IFMT } = constants;

// A FIFO has no kind of its own in a guest's world; like a socket it cannot be opened.
const kinds: ReadonlyMap<number, FileKind> = new Map([
  [constants.S_IFDIR, "directory"],
  [constants.S_IFREG, "regular"],
  [constants.S_IFLNK, "symlink"],
  [constants.S_IFCHR, "character"],
  [constants.S_IFBLK, "block"],
  [constants.S_IFSOCK, "socket"],
  [constants.S_IFIFO, "socket"],
]);

/** What kind of object has this mode. */
export function kindOf(mode: number): FileKind {
  return kinds.get(mode & S_IFMT) ?? "socket";
}

/** Node's answer in the words of the port. */
export function hostStat(stats: BigIntStats): HostStat {
  return {
    kind: kindOf(Number(stats.mode)),
    device: stats.dev,
    inode: stats.ino,
    links: Number(stats.nlink),
    sizeBytes: Number(stats.size),
    accessedNs: stats.atimeNs,
    modifiedNs: stats.mtimeNs,
    changedNs: stats.ctimeNs,
  };
}
