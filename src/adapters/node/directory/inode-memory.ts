const namesMax = 65_536;
/** The coarsest clock that a file system stamps its directories with, and plenty on top. */
const settledNs = 2_000_000_000n;

/** Which directory it is, and when a name in it changed last. */
export interface DirectoryTimes {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly ctimeNs: bigint;
}

/** Inode numbers by name, true of one directory as it was at one time. */
export type InodesByName = Map<string, bigint>;

interface Remembered {
  readonly changedNs: bigint;
  readonly inodes: InodesByName;
}

/**
 * Inode numbers that were asked for once, name by name, because Node lists none. They are good
 * while the directory has the same time of change: whatever gives a name in it to another object
 * changes that time. A directory that changed just now could do so again within one tick of the
 * file system's clock, so nothing is remembered of it yet.
 */
export class InodeMemory {
  readonly #directories = new Map<string, Remembered>();
  readonly #nowNs: () => bigint;
  #namesHeld = 0;

  constructor(nowNs: () => bigint) {
    this.#nowNs = nowNs;
  }

  /** What is known of a directory with so many names, to be filled with what is learned. */
  of(directory: DirectoryTimes, names: number): InodesByName {
    const key = `${directory.dev}:${directory.ino}`;
    const known = this.#directories.get(key);
    if (known?.changedNs === directory.ctimeNs) return known.inodes;
    this.#directories.delete(key);
    const inodes: InodesByName = new Map();
    if (this.#nowNs() - directory.ctimeNs <= settledNs) return inodes;
    this.#namesHeld += names;
    if (this.#namesHeld > namesMax) {
      this.#directories.clear();
      this.#namesHeld = names;
    }
    this.#directories.set(key, { changedNs: directory.ctimeNs, inodes });
    return inodes;
  }
}
