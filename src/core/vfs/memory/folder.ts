import { errno, type Errno } from "#core/sys";
import type { Directory, DirectoryEntry, OpenFile, OpenMode, Place, Stat, Times } from "#core/vfs";
import { MemoryFile, MemoryOpenFile, MemorySymlink } from "./file.ts";
import { entryCost, type MemoryNode, type MemoryStore, nodeCost } from "./store.ts";

/** A directory in memory; it is its own `Directory`, and counts how many have it open. */
export class MemoryFolder implements Directory, MemoryNode {
  readonly kind = "directory" as const;
  readonly inode: number;
  readonly sizeBytes = 0;
  readonly costBytes: number = nodeCost();
  links = 2;
  holders = 0;
  accessedNs: bigint;
  modifiedNs: bigint;
  changedNs: bigint;
  /** `undefined` for the root and for a directory that was removed. */
  parent: MemoryFolder | undefined;
  readonly entries: Map<string, MemoryNode> = new Map<string, MemoryNode>();
  readonly #store: MemoryStore;

  constructor(store: MemoryStore, createdNs: bigint, inode: number) {
    this.#store = store;
    this.inode = inode;
    this.accessedNs = createdNs;
    this.modifiedNs = createdNs;
    this.changedNs = createdNs;
  }

  stat(): Stat {
    return this.#store.stat(this);
  }

  setTimes(times: Times): undefined {
    this.#store.setTimes(this, times);
  }

  sync(): undefined {
    return undefined;
  }

  list(): readonly DirectoryEntry[] {
    return Array.from(this.entries, ([name, { kind, inode }]) => ({
      name,
      kind,
      inode: BigInt(inode),
    }));
  }

  statEntry(name: string): Stat | Errno {
    const node = this.entries.get(name);
    return node === undefined ? errno.ENOENT : this.#store.stat(node);
  }

  setEntryTimes(name: string, times: Times): Errno | undefined {
    const node = this.entries.get(name);
    if (node === undefined) return errno.ENOENT;
    this.#store.setTimes(node, times);
    return undefined;
  }

  readLink(name: string): string | Errno {
    const node = this.entries.get(name);
    if (node === undefined) return errno.ENOENT;
    return node instanceof MemorySymlink ? node.target : errno.EINVAL;
  }

  enter(name: string): Directory | Errno {
    const node = this.entries.get(name);
    if (node === undefined) return errno.ENOENT;
    if (node instanceof MemoryFolder) return node.retain();
    return node.kind === "symlink" ? errno.ELOOP : errno.ENOTDIR;
  }

  open(name: string, mode: OpenMode): OpenFile | Errno {
    const node = this.entries.get(name);
    if (node === undefined) return mode.create ? this.#create(name, mode) : errno.ENOENT;
    if (mode.create && mode.exclusive) return errno.EEXIST;
    if (node instanceof MemoryFolder) return errno.EISDIR;
    if (!(node instanceof MemoryFile)) return errno.ELOOP;
    if (mode.truncate) {
      node.content.truncate(0);
      this.#touch(node, this.#store.now());
    }
    return new MemoryOpenFile(this.#store, node, mode);
  }

  makeDirectory(name: string): Errno | undefined {
    const folder = new MemoryFolder(this.#store, this.#store.now(), this.#store.nextInode);
    const refused = this.#add(name, folder);
    if (refused !== undefined) return refused;
    folder.parent = this;
    this.links += 1;
    return undefined;
  }

  makeSymlink(name: string, target: string): Errno | undefined {
    const link = new MemorySymlink(target, this.#store.now(), this.#store.nextInode);
    link.links = 1;
    return this.#add(name, link);
  }

  link(name: string, existing: Place): Errno | undefined {
    const from = existing.directory;
    if (!(from instanceof MemoryFolder) || from.#store !== this.#store) return errno.EXDEV;
    const node = from.entries.get(existing.name);
    if (node === undefined) return errno.ENOENT;
    if (this.entries.has(name)) return errno.EEXIST;
    if (node instanceof MemoryFolder) return errno.EPERM;
    if (this.links === 0) return errno.ENOENT;
    if (!this.#store.quota.take(entryCost(name))) return errno.ENOSPC;
    this.entries.set(name, node);
    node.links += 1;
    node.changedNs = this.#store.now();
    this.#touch(this, node.changedNs);
    return undefined;
  }

  unlink(name: string): Errno | undefined {
    const node = this.entries.get(name);
    if (node === undefined) return errno.ENOENT;
    if (node instanceof MemoryFolder) return errno.EISDIR;
    this.entries.delete(name);
    this.#store.quota.give(entryCost(name));
    this.#touch(this, this.#store.now());
    this.#forget(node);
    return undefined;
  }

  removeDirectory(name: string): Errno | undefined {
    const node = this.entries.get(name);
    if (node === undefined) return errno.ENOENT;
    if (!(node instanceof MemoryFolder)) return errno.ENOTDIR;
    if (node.entries.size > 0) return errno.ENOTEMPTY;
    this.entries.delete(name);
    this.#store.quota.give(entryCost(name));
    this.#touch(this, this.#store.now());
    this.#forget(node);
    return undefined;
  }

  rename(name: string, to: Place): Errno | undefined {
    const target = to.directory;
    if (!(target instanceof MemoryFolder) || target.#store !== this.#store) return errno.EXDEV;
    const moved = this.entries.get(name);
    if (moved === undefined || target.links === 0) return errno.ENOENT;
    const replaced = target.entries.get(to.name);
    if (moved === replaced) return undefined;
    const refused = refuseRename(moved, { from: this, target, replaced });
    if (refused !== undefined) return refused;
    const moreBytes = (replaced === undefined ? entryCost(to.name) : 0) - entryCost(name);
    if (!this.#store.quota.take(moreBytes)) return errno.ENOSPC;
    this.entries.delete(name);
    target.entries.set(to.name, moved);
    moved.changedNs = this.#store.now();
    this.#touch(this, moved.changedNs);
    this.#touch(target, moved.changedNs);
    if (replaced !== undefined) target.#forget(replaced);
    if (moved instanceof MemoryFolder) {
      this.links -= 1;
      target.links += 1;
      moved.parent = target;
    }
    return undefined;
  }

  retain(): Directory {
    this.#store.hold(this);
    return this;
  }

  release(): void {
    this.#store.unhold(this);
  }

  free(): void {}

  /** Whether this is `other` or lies below it. */
  isWithin(other: MemoryFolder): boolean {
    if (this === other) return true;
    let above = this.parent;
    while (above !== undefined && above !== other) above = above.parent;
    return above !== undefined;
  }

  #create(name: string, mode: OpenMode): OpenFile | Errno {
    const { quota, nextInode } = this.#store;
    const file = new MemoryFile(quota, this.#store.now(), nextInode);
    file.links = 1;
    return this.#add(name, file) ?? new MemoryOpenFile(this.#store, file, mode);
  }

  /** Counts in a new object with this name, or answers why it cannot be. */
  #add(name: string, node: MemoryNode): Errno | undefined {
    if (this.entries.has(name)) return errno.EEXIST;
    if (this.links === 0) return errno.ENOENT;
    if (!this.#store.quota.take(node.costBytes + entryCost(name))) return errno.ENOSPC;
    this.entries.set(name, node);
    this.#store.add(node);
    this.#touch(this, node.changedNs);
    return undefined;
  }

  /** What lost its name in this directory: a directory is removed, the rest has one link less. */
  #forget(node: MemoryNode): void {
    if (node instanceof MemoryFolder) {
      node.parent = undefined;
      node.links = 0;
      this.links -= 1;
    } else {
      node.links -= 1;
      node.changedNs = this.modifiedNs;
    }
    this.#store.dropIfUnused(node);
  }

  #touch(node: MemoryNode, now: bigint): void {
    node.modifiedNs = now;
    node.changedNs = now;
  }
}

/** Why `moved` cannot take the place of `replaced` in `target`, in the order Linux looks. */
function refuseRename(
  moved: MemoryNode,
  place: {
    readonly from: MemoryFolder;
    readonly target: MemoryFolder;
    readonly replaced: MemoryNode | undefined;
  },
): Errno | undefined {
  const { from, target, replaced } = place;
  const isFolder = moved instanceof MemoryFolder;
  if (isFolder && target.isWithin(moved)) return errno.EINVAL;
  if (replaced === undefined) return undefined;
  if (!(replaced instanceof MemoryFolder)) return isFolder ? errno.ENOTDIR : undefined;
  if (from.isWithin(replaced)) return errno.ENOTEMPTY;
  if (!isFolder) return errno.EISDIR;
  return replaced.entries.size > 0 ? errno.ENOTEMPTY : undefined;
}
