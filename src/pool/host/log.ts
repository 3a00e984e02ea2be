/** One piece of what was appended: kept whole or not at all. */
export interface LogEntry {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** What of a log is there: positions from `first` up to, but not including, `next`. */
export interface LogBounds {
  readonly first: number;
  readonly next: number;
}

/**
 * Entries one after the other, which outlive the daemon, however it ends. Positions count from 1
 * and are never used twice. Changes of one log take effect in the order they are asked for, and
 * none has to wait for the one before: what is asked for at once may become durable at once. Of two
 * logs there is no such order.
 */
export interface Log {
  bounds(): Promise<LogBounds>;
  /**
   * Puts entries at the end, the first of them at `expected`. Answers whether it did: it does
   * nothing when that is not where the log ends, for then somebody else has written. When it
   * answers, all survive anything but the loss of the disk. When it rejects (`STATE_NOT_WRITABLE`),
   * or whoever called is gone before it answers, there may be any number of them, from the first
   * on: `bounds` knows.
   */
  append(entries: readonly Uint8Array[], expected: number): Promise<boolean>;
  /**
   * Entries from a position on, in order: one at least, if there is one, and no more than `most`.
   * It finds what was answered before it was asked for, if not more.
   * Entries that a repair could not bring back are not among them. Rejects with `STATE_DAMAGED`
   * rather than give out an entry that is not as it was written.
   */
  read(from: number, most: ReadMost): Promise<readonly LogEntry[]>;
  /** Forgets all entries before a position; one beyond the end means the end. */
  trim(before: number): Promise<void>;
}

export interface ReadMost {
  readonly entries: number;
  /** Of all entries together; one alone may have more. */
  readonly bytes: number;
}

/** The logs of a daemon, by name. */
export interface Logs {
  /** Made if it is missing. Expects that nobody here has it open. */
  open(name: string): Promise<Log>;
  /** In the order of their code points. */
  names(): Promise<readonly string[]>;
  /** A log that is opened under this name later begins anew. */
  remove(name: string): Promise<void>;
  /** When it answers, all that was asked for is durable or was rejected. */
  close(): Promise<void>;
}
