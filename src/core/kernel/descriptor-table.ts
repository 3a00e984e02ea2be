import { errno, type Errno } from "#core/sys";

/** The number by which a guest names an open object. */
export type Fd = number;

/** Something that stands in a descriptor table. */
export interface Closable {
  close(): void;
}

/** Open objects by number: the lowest free number is given out first, as POSIX does. */
export class DescriptorTable<T extends Closable> {
  readonly #entries: (T | undefined)[];
  readonly #countMax: number;
  #count: number;
  #lowestFree: number;

  /** Begins with `entries` from 0 on; expects no more of them than `countMax`. */
  constructor(countMax: number, entries: readonly T[] = []) {
    this.#countMax = countMax;
    // A copy holds no more than they need; a list that grew would hold places for sixteen.
    this.#entries = [...entries];
    this.#count = entries.length;
    this.#lowestFree = entries.length;
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count >= this.#countMax;
  }

  get(fd: Fd): T | undefined {
    return this.#entries[fd >>> 0];
  }

  /** Puts `entry` at the lowest free number; EMFILE when the table is full. */
  add(entry: T): Fd | Errno {
    if (this.isFull) return errno.EMFILE;
    let fd = this.#lowestFree;
    while (this.#entries[fd] !== undefined) fd += 1;
    this.#entries[fd] = entry;
    this.#lowestFree = fd + 1;
    this.#count += 1;
    return fd;
  }

  /** Takes the entry out without closing it. */
  remove(fd: Fd): T | undefined {
    const index = fd >>> 0;
    const entry = this.#entries[index];
    if (entry === undefined) return undefined;
    this.#entries[index] = undefined;
    this.#lowestFree = Math.min(this.#lowestFree, index);
    this.#count -= 1;
    return entry;
  }

  /** Moves `from` to the number `to`, whose entry must exist and is closed. */
  renumber(from: Fd, to: Fd): Errno | undefined {
    const entry = this.get(from);
    const replaced = this.get(to);
    if (entry === undefined || replaced === undefined) return errno.EBADF;
    if (entry === replaced) return undefined;
    this.remove(from);
    this.#entries[to >>> 0] = entry;
    replaced.close();
    return undefined;
  }

  /** Every open number with its entry, in order. */
  *entries(): IterableIterator<[Fd, T]> {
    for (const [fd, entry] of this.#entries.entries()) {
      if (entry !== undefined) yield [fd, entry];
    }
  }

  closeAll(): void {
    for (const [fd, entry] of this.entries()) {
      this.remove(fd);
      entry.close();
    }
  }
}
