import type { Stat } from "./node.ts";

/** What is known of an entry that no disk has: no content, and no times. */
export function madeUpStat(kind: Stat["kind"], device: bigint, inode: bigint): Stat {
  return {
    kind,
    device,
    inode,
    links: kind === "directory" ? 2 : 1,
    sizeBytes: 0,
    accessedNs: 0n,
    modifiedNs: 0n,
    changedNs: 0n,
  };
}
