import { type ByteReader, type ByteWriter, MalformedBytes } from "#core/base";
import { errno, type Errno } from "#core/sys";
import type { Directory, OpenFile, OpenMode } from "#core/vfs";
import { MemoryFile, MemoryOpenFile } from "./file.ts";
import { MemoryFolder } from "./folder.ts";
import { restoreNodes, saveNodes } from "./saved.ts";
import { type MemoryOptions, MemoryStore, rootInode } from "./store.ts";

/**
 * A file system in memory. Its bytes, objects and names are counted in a quota; past the limit it
 * answers ENOSPC (a single file that could never fit: EFBIG).
 *
 * It saves itself whole, with what is open but has no name any more. After `restore` nothing is
 * open: who had something open gets it back by its inode number, then `dropUnheld` is called.
 */
export class MemoryTree {
  readonly root: Directory;
  readonly #store: MemoryStore;

  constructor(options: MemoryOptions, store?: MemoryStore) {
    this.#store = store ?? emptyStore(options);
    const root = this.#store.nodes.get(rootInode);
    if (!(root instanceof MemoryFolder)) throw new MalformedBytes("no root directory", 0);
    this.root = root;
  }

  /** How many files and directories are open; in a test of leaks, 0. */
  get heldCount(): number {
    let count = 0;
    for (const { holders } of this.#store.nodes.values()) count += holders;
    return count;
  }

  save(writer: ByteWriter): void {
    saveNodes(writer, this.#store);
  }

  /** Throws `MalformedBytes`, or a `PlatformError` when the quota is too small. */
  static restore(reader: ByteReader, options: MemoryOptions): MemoryTree {
    const store = new MemoryStore(options);
    restoreNodes(reader, store);
    return new MemoryTree(options, store);
  }

  /** Opens a file by its number, whether it has a name or not; ENOENT when there is none. */
  reopen(inode: bigint, mode: OpenMode): OpenFile | Errno {
    const node = this.#store.nodes.get(Number(inode));
    if (!(node instanceof MemoryFile)) return errno.ENOENT;
    return new MemoryOpenFile(this.#store, node, mode);
  }

  /** The directory with this number, owned by the caller; ENOENT when there is none. */
  reenter(inode: bigint): Directory | Errno {
    const node = this.#store.nodes.get(Number(inode));
    return node instanceof MemoryFolder ? node.retain() : errno.ENOENT;
  }

  /** Forgets what has no name and nobody has opened since `restore`. */
  dropUnheld(): void {
    for (const node of this.#store.nodes.values()) this.#store.dropIfUnused(node);
  }
}

function emptyStore(options: MemoryOptions): MemoryStore {
  const store = new MemoryStore(options);
  store.add(new MemoryFolder(store, options.now(), rootInode));
  return store;
}
