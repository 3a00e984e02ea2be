import { errno, type Errno } from "#core/sys";
import {
  type Directory,
  type DirectoryEntry,
  type OpenFile,
  type OpenMode,
  ReadOnlyDirectory,
  type Stat,
} from "#core/vfs";

/** What the objects of a layered tree have in common. */
export abstract class LayerNode {
  abstract readonly kind: "regular" | "symlink";
  readonly device: bigint;
  readonly inode: bigint;
  readonly modifiedNs: bigint;
  /** How many names it has, counted when the tree is whole. */
  links = 0;

  constructor(identity: LayerIdentity) {
    this.device = identity.device;
    this.inode = identity.inode;
    this.modifiedNs = identity.modifiedNs;
  }

  abstract get sizeBytes(): number;

  stat(): Stat {
    return statOf(this);
  }
}

export interface LayerIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly modifiedNs: bigint;
}

export class LayerFile extends LayerNode {
  readonly kind = "regular" as const;
  readonly bytes: Uint8Array;

  constructor(identity: LayerIdentity, bytes: Uint8Array) {
    super(identity);
    this.bytes = bytes;
  }

  get sizeBytes(): number {
    return this.bytes.length;
  }
}

const encoder = new TextEncoder();

export class LayerSymlink extends LayerNode {
  readonly kind = "symlink" as const;
  readonly target: string;

  constructor(identity: LayerIdentity, target: string) {
    super(identity);
    this.target = target;
  }

  get sizeBytes(): number {
    return encoder.encode(this.target).length;
  }
}

/** A directory of a layered tree. It is filled once, while the tree is built. */
export class LayerFolder extends ReadOnlyDirectory {
  readonly device: bigint;
  readonly inode: bigint;
  readonly sizeBytes = 0;
  /** As Unix counts, when the tree is whole: two and one for each directory in it. */
  links = 2;
  modifiedNs: bigint;
  readonly entries: Map<string, LayerNode | LayerFolder> = new Map();

  constructor(identity: LayerIdentity) {
    super();
    this.device = identity.device;
    this.inode = identity.inode;
    this.modifiedNs = identity.modifiedNs;
  }

  stat(): Stat {
    return statOf(this);
  }

  list(): readonly DirectoryEntry[] {
    return Array.from(this.entries, ([name, { kind, inode }]) => ({ name, kind, inode }));
  }

  statEntry(name: string): Stat | Errno {
    return this.entries.get(name)?.stat() ?? errno.ENOENT;
  }

  readLink(name: string): string | Errno {
    const node = this.entries.get(name);
    if (node === undefined) return errno.ENOENT;
    return node instanceof LayerSymlink ? node.target : errno.EINVAL;
  }

  enter(name: string): Directory | Errno {
    const node = this.entries.get(name);
    if (node === undefined) return errno.ENOENT;
    if (node.kind === "directory") return node;
    return node.kind === "symlink" ? errno.ELOOP : errno.ENOTDIR;
  }

  open(name: string, mode: OpenMode): OpenFile | Errno {
    const node = this.entries.get(name);
    if (node === undefined) return mode.create ? errno.EROFS : errno.ENOENT;
    if (mode.create && mode.exclusive) return errno.EEXIST;
    if (node.kind === "directory") return errno.EISDIR;
    if (!(node instanceof LayerFile)) return errno.ELOOP;
    return mode.write || mode.truncate ? errno.EROFS : new LayerOpenFile(node, mode);
  }

  retain(): Directory {
    return this;
  }

  release(): void {}
}

class LayerOpenFile implements OpenFile {
  readonly kind = "regular" as const;
  readonly #file: LayerFile;
  readonly #canRead: boolean;

  constructor(file: LayerFile, mode: OpenMode) {
    this.#file = file;
    this.#canRead = mode.read;
  }

  stat(): Stat {
    return this.#file.stat();
  }

  setTimes(): Errno {
    return errno.EROFS;
  }

  read(target: Uint8Array, position: number): number | Errno {
    if (!this.#canRead) return errno.EBADF;
    const { bytes } = this.#file;
    if (position >= bytes.length) return 0;
    const found = bytes.subarray(position, position + target.length);
    target.set(found);
    return found.length;
  }

  write(_bytes: Uint8Array, _position: number): Errno {
    return errno.EBADF;
  }

  truncate(_sizeBytes: number): Errno {
    return errno.EINVAL;
  }

  sync(): undefined {
    return undefined;
  }

  close(): void {}
}

function statOf(node: LayerNode | LayerFolder): Stat {
  return {
    kind: node.kind,
    device: node.device,
    inode: node.inode,
    links: node.links,
    sizeBytes: node.sizeBytes,
    accessedNs: node.modifiedNs,
    modifiedNs: node.modifiedNs,
    changedNs: node.modifiedNs,
  };
}
