/** One value as it is kept. */
export interface StoreEntry {
  /** Well-formed Unicode, like the value. */
  readonly key: string;
  /** JSON, as the writer made it. */
  readonly value: string;
  /** Of the write that made it what it is: grows with each write to the store. */
  readonly revision: number;
}

/** A new value for a key, or none. */
export interface StoreChange {
  readonly key: string;
  readonly value: string | undefined;
  /**
   * The revision the key must have for the write to be made; 0: there must be none. Left out, it
   * does not matter.
   */
  readonly expected?: number;
}

/**
 * Keys and values that outlive the daemon, however it ends. An entry that is not as it was written
 * is never given out: what reads it throws `STATE_DAMAGED`.
 */
export interface Store {
  get(key: string): StoreEntry | undefined;
  /** All whose key begins so, in the order of their keys' code points. */
  list(prefix: string): readonly StoreEntry[];
  /**
   * Makes all changes or none; when it returns they survive anything but the loss of the disk.
   * Answers their revision, or `undefined` where a key has another than was expected. Throws
   * `STATE_NOT_WRITABLE`, and then nothing has changed. Expects each key once.
   */
  write(changes: readonly StoreChange[]): number | undefined;
  close(): void;
}
