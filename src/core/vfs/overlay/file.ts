import { Errno } from "#core/sys";
import type { OpenFile, Stat, Times } from "#core/vfs";
import { identified, type Identity, type Note } from "./notes.ts";

/** A file of the upper tree that was copied up: it has the identity of its origin. */
export class CopiedFile implements OpenFile {
  readonly kind: OpenFile["kind"];
  readonly #file: OpenFile;
  readonly #note: Note;

  constructor(file: OpenFile, note: Note) {
    this.kind = file.kind;
    this.#file = file;
    this.#note = note;
  }

  stat(): Stat | Errno {
    const stat = this.#file.stat();
    return stat instanceof Errno ? stat : identified(stat, this.#note);
  }

  setTimes(times: Times): Errno | undefined {
    return this.#file.setTimes(times);
  }

  read(target: Uint8Array, position: number): number | Errno {
    return this.#file.read(target, position);
  }

  write(bytes: Uint8Array, position: number): number | Errno {
    return this.#file.write(bytes, position);
  }

  truncate(sizeBytes: number): Errno | undefined {
    return this.#file.truncate(sizeBytes);
  }

  sync(): Errno | undefined {
    return this.#file.sync();
  }

  close(): void {
    this.#file.close();
  }
}

/**
 * A file of a lower directory, open for reading. When the file is copied up, because somebody
 * changes it, the reader goes over to the copy and sees what is changed.
 */
export class LowerFile implements OpenFile {
  readonly kind: OpenFile["kind"];
  readonly #registered: Registered;
  #file: OpenFile;
  #isCopy = false;
  #namesGone = 0;

  constructor(file: OpenFile, registered: Registered) {
    this.kind = file.kind;
    this.#file = file;
    this.#registered = registered;
    registered.readers.add(registered.identity, this);
  }

  /** Closes the lower file and reads the copy from now on. */
  goOver(copy: OpenFile): void {
    this.#file.close();
    this.#file = copy;
    this.#isCopy = true;
  }

  /** The lower file lost a name in the overlay, which its own count cannot tell. */
  loseName(): void {
    this.#namesGone += 1;
  }

  stat(): Stat | Errno {
    const stat = this.#file.stat();
    if (stat instanceof Errno || this.#isCopy) return stat;
    return { ...stat, links: Math.max(0, stat.links - this.#namesGone) };
  }

  setTimes(times: Times): Errno | undefined {
    return this.#registered.copyUp() ?? this.#file.setTimes(times);
  }

  read(target: Uint8Array, position: number): number | Errno {
    return this.#file.read(target, position);
  }

  write(bytes: Uint8Array, position: number): number | Errno {
    return this.#file.write(bytes, position);
  }

  truncate(sizeBytes: number): Errno | undefined {
    return this.#file.truncate(sizeBytes);
  }

  sync(): Errno | undefined {
    return this.#file.sync();
  }

  close(): void {
    this.#registered.readers.remove(this.#registered.identity, this);
    this.#registered.release();
    this.#file.close();
  }
}

/** Where a lower file was opened. */
export interface Registered {
  readonly identity: Identity;
  readonly readers: LowerReaders;
  /** Copies the file up, if it is still there and was not copied before. */
  readonly copyUp: () => Errno | undefined;
  readonly release: () => void;
}

/** Who reads which file of a lower directory. */
export class LowerReaders {
  readonly #byFile = new Map<string, Set<LowerFile>>();

  add(identity: Identity, reader: LowerFile): void {
    const key = keyOf(identity);
    const readers = this.#byFile.get(key) ?? new Set();
    readers.add(reader);
    this.#byFile.set(key, readers);
  }

  remove(identity: Identity, reader: LowerFile): void {
    const key = keyOf(identity);
    const readers = this.#byFile.get(key);
    readers?.delete(reader);
    if (readers?.size === 0) this.#byFile.delete(key);
  }

  loseName(identity: Identity): void {
    for (const reader of this.#byFile.get(keyOf(identity)) ?? []) reader.loseName();
  }

  /** Lets all readers of a file go over to its copy, each with an opening of its own. */
  goOver(identity: Identity, openCopy: () => OpenFile | Errno): void {
    for (const reader of this.#byFile.get(keyOf(identity)) ?? []) {
      const copy = openCopy();
      if (!(copy instanceof Errno)) reader.goOver(copy);
    }
  }
}

function keyOf({ device, inode }: Identity): string {
  return `${device}:${inode}`;
}
