// table: the kinds of entries in a journal, and the answers and arrivals among them
/** What an entry is. */
export const Tag = {
  /** The guest makes a call: row, parameters. */
  call: 1,
  /** The last call answers. */
  answer: 2,
  /** Something outside was asked and answered at once (see `Asked`). */
  asked: 3,
  /** Something outside answered later, while the guest waited or was paused (see `Arrived`). */
  arrived: 4,
  /** The guest's output leaves: port, bytes. */
  output: 5,
  /** What was written was handed on while the guest was paused between two calls. */
  flushed: 6,
  /** A sum over the guest's memories at this point. */
  mark: 7,
  /** The guest ended: reason, sum over its memories. */
  ended: 8,
} as const;

/** What was asked. */
export const Asked = {
  realtime: 1,
  monotonic: 2,
  cpu: 3,
  entropy: 4,
  tryPush: 5,
  directory: 6,
} as const;

/** What came by itself. */
export const Arrived = { pulled: 1, pushed: 2, accepted: 3, rang: 4 } as const;

/** A name for people, of an entry by its tag. */
export const tagNames: readonly string[] = [
  "nothing",
  "a call",
  "a call's answer",
  "a question to the outside",
  "something arriving",
  "output",
  "a flush",
  "a mark",
  "the end",
];

export const askedNames: readonly string[] = [
  "nothing",
  "the time of day",
  "the monotonic clock",
  "the CPU clock",
  "random bytes",
  "room for output",
  "the outside directory",
];
