import { assert } from "#core/base";
import type { Quota, Stat, Times } from "#core/vfs";

/** What a file system in memory is given. */
export interface MemoryOptions {
  /** Where its bytes are counted, perhaps together with other file systems. */
  readonly quota: Quota;
  /** Nanoseconds since 1970: the time of changes. */
  readonly now: () => bigint;
  /** The number that tells its objects from those of other file systems. */
  readonly device: bigint;
}

/** The root is there from the start and costs nothing: a limit of 0 is a limit, too. */
export const rootInode = 1;

// What an object and a name cost, measured on V8 and rounded up: empty files fill memory too.
const nodeBytes = 448;
const entryBytes = 64;
const bytesPerTextUnit = 2;

/** The bytes that an object takes beside what it contains; `text` is what a symbolic link says. */
export function nodeCost(text = ""): number {
  return nodeBytes + text.length * bytesPerTextUnit;
}

/** The bytes that a name in a directory takes. */
export function entryCost(name: string): number {
  return entryBytes + name.length * bytesPerTextUnit;
}

/** A file, directory or symbolic link, whether it still has a name or is only held open. */
export interface MemoryNode {
  readonly kind: "regular" | "directory" | "symlink";
  readonly inode: number;
  readonly sizeBytes: number;
  /** What the quota has counted for it, beside its content. */
  readonly costBytes: number;
  /** How many names it has; of a directory, 2 and one for each directory in it, 0 if removed. */
  links: number;
  /** How many have it open. */
  holders: number;
  accessedNs: bigint;
  modifiedNs: bigint;
  changedNs: bigint;
  /** Gives the space of its content back. */
  free(): void;
}

/** What the objects of one file system share: their numbers, the quota, the time. */
export class MemoryStore {
  readonly device: bigint;
  readonly quota: Quota;
  readonly now: () => bigint;
  /** Every object that has a name or is held, in the order of inode numbers. */
  readonly nodes: Map<number, MemoryNode> = new Map<number, MemoryNode>();
  nextInode = 1;

  constructor(options: MemoryOptions) {
    this.device = options.device;
    this.quota = options.quota;
    this.now = options.now;
  }

  /** Counts in an object whose space was taken. */
  add(node: MemoryNode): void {
    this.nodes.set(node.inode, node);
    this.nextInode = Math.max(this.nextInode, node.inode + 1);
  }

  /** Forgets an object if nothing names or holds it any more. */
  dropIfUnused(node: MemoryNode): void {
    if (node.links > 0 || node.holders > 0) return;
    assert(this.nodes.delete(node.inode), "an object is dropped once");
    node.free();
    this.quota.give(node.costBytes);
  }

  hold(node: MemoryNode): void {
    node.holders += 1;
  }

  unhold(node: MemoryNode): void {
    assert(node.holders > 0, "an object is released as often as it was opened");
    node.holders -= 1;
    this.dropIfUnused(node);
  }

  stat(node: MemoryNode): Stat {
    return {
      kind: node.kind,
      device: this.device,
      inode: BigInt(node.inode),
      links: node.links,
      sizeBytes: node.sizeBytes,
      accessedNs: node.accessedNs,
      modifiedNs: node.modifiedNs,
      changedNs: node.changedNs,
    };
  }

  setTimes(node: MemoryNode, times: Times): void {
    node.accessedNs = times.accessedNs ?? node.accessedNs;
    node.modifiedNs = times.modifiedNs ?? node.modifiedNs;
    node.changedNs = this.now();
  }
}
