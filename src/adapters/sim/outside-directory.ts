import { assert } from "#core/base";
import type {
  HostEntry,
  HostHandle,
  HostStat,
  HostTimes,
  OpenFlags,
  OutsideDirectory,
} from "#core/host";
import { errno, Errno } from "#core/sys";
import {
  type DirectoryNode,
  FileTree,
  isDirectory,
  isRegular,
  type RegularNode,
  statOf,
  type TreeNode,
} from "./file-tree.ts";

interface Open {
  readonly node: TreeNode;
  readonly canRead: boolean;
  readonly canWrite: boolean;
}

/** A name in an open directory. */
interface Place {
  readonly parent: HostHandle;
  readonly name: string;
}

export interface DirectoryOptions {
  readonly nowNs: () => bigint;
  readonly readOnly?: boolean;
  /** Bytes of all files together; writing more answers ENOSPC. */
  readonly bytesMax?: number;
}

/** An outside directory in memory, with the answers of Linux. */
export class SimulatedDirectory implements OutsideDirectory {
  readonly root: HostHandle;
  readonly readOnly: boolean;
  readonly #tree: FileTree;
  readonly #rootNode: DirectoryNode;
  readonly #open = new Map<HostHandle, Open>();
  #handle = 0;

  constructor(options: DirectoryOptions) {
    this.readOnly = options.readOnly ?? false;
    this.#tree = new FileTree({ nowNs: options.nowNs, bytesMax: options.bytesMax ?? Infinity });
    this.#rootNode = this.#newDirectory();
    this.#rootNode.links = 1;
    this.root = this.#add(this.#rootNode, { canRead: false, canWrite: false });
  }

  /** Handles that are open beside the root: a test may ask whether all were closed. */
  get openCount(): number {
    return this.#open.size - 1;
  }

  /** Puts a file at `path`, with the directories above it: the world, before anybody looks. */
  plant(path: string, bytes: Uint8Array): void {
    const names = path.split("/");
    const last = names.pop();
    assert(last !== undefined && last !== "", "a planted file has a name");
    let directory = this.#rootNode;
    for (const name of names) {
      let below = directory.content.entries.get(name);
      if (below === undefined) {
        below = this.#newDirectory();
        this.#tree.attach(directory, name, below);
      }
      assert(isDirectory(below), "a planted file lies in directories");
      directory = below;
    }
    const node = this.#tree.create({ kind: "regular", bytes: new Uint8Array(0) });
    this.#tree.attach(directory, last, node);
    this.#write(node, bytes, 0);
  }

  openDirectory(parent: HostHandle, path: string): HostHandle | Errno {
    let node: TreeNode | Errno = this.#directory(parent);
    for (const name of path.split("/")) {
      if (node instanceof Errno) return node;
      node = isDirectory(node) ? entryOf(node, name) : refuseWalking(node);
    }
    if (node instanceof Errno) return node;
    if (!isDirectory(node)) return refuseWalking(node);
    return this.#add(node, { canRead: false, canWrite: false });
  }

  openFile(parent: HostHandle, name: string, flags: OpenFlags): HostHandle | Errno {
    if (this.readOnly && (flags.write || flags.create || flags.truncate)) return errno.EROFS;
    const found = this.#lookup({ parent, name });
    if (found === errno.ENOENT && flags.create) return this.#createFile({ parent, name }, flags);
    if (found instanceof Errno) return found;
    if (flags.create && flags.exclusive) return errno.EEXIST;
    if (found.content.kind === "symlink") return errno.ELOOP;
    if (!isRegular(found)) return errno.EISDIR;
    if (flags.truncate) this.#tree.resize(found, 0);
    return this.#add(found, { canRead: flags.read, canWrite: flags.write });
  }

  close(handle: HostHandle): void {
    assert(this.#open.delete(handle), "a handle is closed once");
  }

  closeAll(): void {
    this.#open.clear();
  }

  stat(parent: HostHandle, name: string): HostStat | Errno {
    const node = this.#lookup({ parent, name });
    return node instanceof Errno ? node : statOf(node);
  }

  statHandle(handle: HostHandle): HostStat | Errno {
    const open = this.#open.get(handle);
    return open === undefined ? errno.EBADF : statOf(open.node);
  }

  list(directory: HostHandle): readonly HostEntry[] | Errno {
    const node = this.#directory(directory);
    if (node instanceof Errno) return node;
    return Array.from(node.content.entries, ([name, { content, inode }]) => {
      return { name, kind: content.kind, inode };
    });
  }

  readLink(parent: HostHandle, name: string): string | Errno {
    const node = this.#lookup({ parent, name });
    if (node instanceof Errno) return node;
    return node.content.kind === "symlink" ? node.content.target : errno.EINVAL;
  }

  read(handle: HostHandle, target: Uint8Array, position: number): number | Errno {
    const open = this.#file(handle);
    if (open instanceof Errno) return open;
    if (!open.canRead) return errno.EBADF;
    const bytes = open.node.content.bytes.subarray(position, position + target.length);
    target.set(bytes);
    return bytes.length;
  }

  write(handle: HostHandle, bytes: Uint8Array, position: number): number | Errno {
    const open = this.#file(handle);
    if (open instanceof Errno) return open;
    return open.canWrite ? this.#write(open.node, bytes, position) : errno.EBADF;
  }

  truncate(handle: HostHandle, sizeBytes: number): Errno | undefined {
    const open = this.#file(handle);
    if (open instanceof Errno) return open;
    return open.canWrite ? this.#tree.resize(open.node, sizeBytes) : errno.EINVAL;
  }

  sync(handle: HostHandle): Errno | undefined {
    return this.#open.has(handle) ? undefined : errno.EBADF;
  }

  setTimes(handle: HostHandle, times: HostTimes): Errno | undefined {
    if (this.readOnly) return errno.EROFS;
    const open = this.#open.get(handle);
    if (open === undefined) return errno.EBADF;
    this.#tree.setTimes(open.node, times);
    return undefined;
  }

  setTimesAt(parent: HostHandle, name: string, times: HostTimes): Errno | undefined {
    if (this.readOnly) return errno.EROFS;
    const node = this.#lookup({ parent, name });
    if (node instanceof Errno) return node;
    this.#tree.setTimes(node, times);
    return undefined;
  }

  makeDirectory(parent: HostHandle, name: string): Errno | undefined {
    return this.#make({ parent, name }, () => this.#newDirectory());
  }

  makeSymlink(parent: HostHandle, name: string, target: string): Errno | undefined {
    return this.#make({ parent, name }, () => this.#tree.create({ kind: "symlink", target }));
  }

  link(from: Place, to: Place): Errno | undefined {
    if (this.readOnly) return errno.EROFS;
    const target = this.#directory(to.parent);
    const node = this.#lookup(from);
    if (target instanceof Errno) return target;
    if (node instanceof Errno) return node;
    const failed = refuseName(target, to.name);
    if (failed !== undefined) return failed;
    if (isDirectory(node)) return errno.EPERM;
    this.#tree.attach(target, to.name, node);
    return undefined;
  }

  rename(from: Place, to: Place): Errno | undefined {
    if (this.readOnly) return errno.EROFS;
    const [source, target] = [this.#directory(from.parent), this.#directory(to.parent)];
    if (source instanceof Errno) return source;
    if (target instanceof Errno) return target;
    const node = this.#lookup(from);
    if (node instanceof Errno) return node;
    if (contains(node, target)) return errno.EINVAL;
    if (target.links === 0) return errno.ENOENT;
    const replaced = this.#lookup(to);
    if (replaced === node) return undefined;
    if (!(replaced instanceof Errno)) {
      if (contains(replaced, source)) return errno.ENOTEMPTY;
      const refusal = refuseReplacing(node, replaced);
      if (refusal !== undefined) return refusal;
      this.#tree.detach(target, to.name);
    }
    // The new name comes first, so that at no moment the node has none.
    this.#tree.attach(target, to.name, node);
    this.#tree.detach(source, from.name);
    return undefined;
  }

  unlink(parent: HostHandle, name: string): Errno | undefined {
    return this.#remove({ parent, name }, (node) => isDirectory(node) && errno.EISDIR);
  }

  removeDirectory(parent: HostHandle, name: string): Errno | undefined {
    return this.#remove({ parent, name }, (node) => {
      if (!isDirectory(node)) return errno.ENOTDIR;
      return node.content.entries.size > 0 && errno.ENOTEMPTY;
    });
  }

  #newDirectory(): DirectoryNode {
    return this.#tree.create({ kind: "directory", entries: new Map<string, TreeNode>() });
  }

  #add(node: TreeNode, access: Omit<Open, "node">): HostHandle {
    this.#handle += 1;
    const handle = this.#handle as HostHandle;
    this.#open.set(handle, { node, ...access });
    return handle;
  }

  #file(handle: HostHandle): (Open & { readonly node: RegularNode }) | Errno {
    const open = this.#open.get(handle);
    if (open === undefined) return errno.EBADF;
    const { node } = open;
    return isRegular(node) ? { ...open, node } : errno.EISDIR;
  }

  #directory(handle: HostHandle): DirectoryNode | Errno {
    const open = this.#open.get(handle);
    if (open === undefined) return errno.EBADF;
    return isDirectory(open.node) ? open.node : errno.ENOTDIR;
  }

  #lookup({ parent, name }: Place): TreeNode | Errno {
    const directory = this.#directory(parent);
    return directory instanceof Errno ? directory : entryOf(directory, name);
  }

  #createFile(place: Place, flags: OpenFlags): HostHandle | Errno {
    const node = this.#tree.create({ kind: "regular", bytes: new Uint8Array(0) });
    const failed = this.#make(place, () => node);
    return failed ?? this.#add(node, { canRead: flags.read, canWrite: flags.write });
  }

  #make(place: Place, create: () => TreeNode): Errno | undefined {
    if (this.readOnly) return errno.EROFS;
    const directory = this.#directory(place.parent);
    if (directory instanceof Errno) return directory;
    const failed = refuseName(directory, place.name);
    if (failed === undefined) this.#tree.attach(directory, place.name, create());
    return failed;
  }

  #remove(place: Place, refuse: (node: TreeNode) => Errno | false): Errno | undefined {
    if (this.readOnly) return errno.EROFS;
    const directory = this.#directory(place.parent);
    if (directory instanceof Errno) return directory;
    const node = entryOf(directory, place.name);
    if (node instanceof Errno) return node;
    const refusal = refuse(node);
    if (refusal !== false) return refusal;
    this.#tree.detach(directory, place.name);
    return undefined;
  }

  #write(node: RegularNode, bytes: Uint8Array, position: number): number | Errno {
    if (bytes.length === 0) return 0;
    const end = position + bytes.length;
    if (end > node.content.bytes.length) {
      const failed = this.#tree.resize(node, end);
      if (failed !== undefined) return failed;
    }
    node.content.bytes.set(bytes, position);
    this.#tree.touch(node);
    return bytes.length;
  }
}

/** What `name` leads to. Expects a single component: the port's callers walk paths themselves. */
function entryOf(directory: DirectoryNode, name: string): TreeNode | Errno {
  assert(!/^\.{0,2}$|[/\0]/.test(name), "a name is one component of a path");
  return directory.content.entries.get(name) ?? errno.ENOENT;
}

/** Why `name` cannot be given in `directory`: one that was removed takes no more names. */
function refuseName(directory: DirectoryNode, name: string): Errno | undefined {
  if (!(entryOf(directory, name) instanceof Errno)) return errno.EEXIST;
  return directory.links === 0 ? errno.ENOENT : undefined;
}

function refuseWalking(node: TreeNode): Errno {
  return node.content.kind === "symlink" ? errno.ELOOP : errno.ENOTDIR;
}

/** Whether `node` is `directory`, or lies above it. */
function contains(node: TreeNode, directory: DirectoryNode): boolean {
  if (node === directory) return true;
  if (!isDirectory(node)) return false;
  return [...node.content.entries.values()].some((below) => contains(below, directory));
}

/** Linux's rules for a name that leads to something already. */
function refuseReplacing(node: TreeNode, replaced: TreeNode): Errno | undefined {
  if (!isDirectory(replaced)) return isDirectory(node) ? errno.ENOTDIR : undefined;
  if (!isDirectory(node)) return errno.EISDIR;
  return replaced.content.entries.size > 0 ? errno.ENOTEMPTY : undefined;
}
