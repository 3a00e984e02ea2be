/**
 * The 32-bit words at the start of the shared memory, by which the kernel's thread and the
 * watchdog's talk. Programs read the first one and nothing else.
 */
export const words = {
  /** Not zero: come to the kernel. Holds the number of the slice that is over. */
  flag: 0,
  /** The number of the slice that runs now, or 0. Written by the kernel's thread only. */
  running: 1,
  /** 1 while the watchdog sleeps until `running` changes and is told so. */
  isAsleep: 2,
  /** How long a slice is, in microseconds. */
  sliceMicros: 3,
  /** Never changes; what the watchdog waits on between two looks. */
  never: 4,
  /** 1 from when the watchdog looks. */
  isWatching: 5,
} as const;

/** What the watchdog's thread is given to work on. */
export interface WatchOrder {
  readonly shared: SharedArrayBuffer;
  readonly words: typeof words;
}
