import { errno, type Errno } from "#core/sys";
import type { OpenFile, OpenMode, Quota, Stat, Times } from "#core/vfs";
import { FileContent } from "./content.ts";
import { type MemoryNode, type MemoryStore, nodeCost } from "./store.ts";

const encoder = new TextEncoder();

/** A regular file. Its time of last access is that of its creation: reading changes nothing. */
export class MemoryFile implements MemoryNode {
  readonly kind = "regular" as const;
  readonly inode: number;
  readonly costBytes: number = nodeCost();
  readonly content: FileContent;
  links = 0;
  holders = 0;
  accessedNs: bigint;
  modifiedNs: bigint;
  changedNs: bigint;

  constructor(quota: Quota, createdNs: bigint, inode: number) {
    this.inode = inode;
    this.content = new FileContent(quota);
    this.accessedNs = createdNs;
    this.modifiedNs = createdNs;
    this.changedNs = createdNs;
  }

  get sizeBytes(): number {
    return this.content.sizeBytes;
  }

  free(): void {
    this.content.truncate(0);
  }
}

/** A symbolic link. */
export class MemorySymlink implements MemoryNode {
  readonly kind = "symlink" as const;
  readonly inode: number;
  readonly costBytes: number;
  readonly target: string;
  links = 0;
  holders = 0;
  accessedNs: bigint;
  modifiedNs: bigint;
  changedNs: bigint;

  constructor(target: string, createdNs: bigint, inode: number) {
    this.inode = inode;
    this.costBytes = nodeCost(target);
    this.target = target;
    this.accessedNs = createdNs;
    this.modifiedNs = createdNs;
    this.changedNs = createdNs;
  }

  get sizeBytes(): number {
    return encoder.encode(this.target).length;
  }

  free(): void {}
}

/** A file somebody has open. It keeps the file alive when its last name is gone. */
export class MemoryOpenFile implements OpenFile {
  readonly kind = "regular" as const;
  readonly #store: MemoryStore;
  readonly #file: MemoryFile;
  readonly #canRead: boolean;
  readonly #canWrite: boolean;

  constructor(store: MemoryStore, file: MemoryFile, mode: OpenMode) {
    this.#store = store;
    this.#file = file;
    this.#canRead = mode.read;
    this.#canWrite = mode.write || mode.truncate;
    store.hold(file);
  }

  stat(): Stat {
    return this.#store.stat(this.#file);
  }

  setTimes(times: Times): undefined {
    this.#store.setTimes(this.#file, times);
  }

  read(target: Uint8Array, position: number): number | Errno {
    return this.#canRead ? this.#file.content.read(target, position) : errno.EBADF;
  }

  write(bytes: Uint8Array, position: number): number | Errno {
    if (!this.#canWrite) return errno.EBADF;
    const written = this.#file.content.write(bytes, position);
    if (typeof written === "number" && written > 0) this.#touch();
    return written;
  }

  truncate(sizeBytes: number): Errno | undefined {
    if (!this.#canWrite) return errno.EINVAL;
    const failed = this.#file.content.truncate(sizeBytes);
    if (failed === undefined) this.#touch();
    return failed;
  }

  sync(): undefined {
    return undefined;
  }

  close(): void {
    this.#store.unhold(this.#file);
  }

  #touch(): void {
    this.#file.modifiedNs = this.#store.now();
    this.#file.changedNs = this.#file.modifiedNs;
  }
}
