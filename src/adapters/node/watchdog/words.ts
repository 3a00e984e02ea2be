/**
 * The 32-bit words at the start of the shared memory, by which the kernel's thread and the
 * watchdog's talk. What programs run reads the first two and nothing else: see the port.
 */
export const words = {
  /** Not zero: come to the kernel. Holds the number of the slice that is over. */
  flag: 0,
  /** While the flag is up: how many checks pass before one comes to the kernel. */
  checksToPass: 1,
  /** The number of the slice that runs now, or 0. Written by the kernel's thread only. */
  running: 2,
  /** 1 while the watchdog sleeps until `running` changes and is told so. */
  isAsleep: 3,
  /** How long a slice is, in microseconds. */
  sliceMicros: 4,
  /** Never changes; what the watchdog waits on between two looks. */
  never: 5,
  /** 1 from when the watchdog looks. */
  isWatching: 6,
} as const;

/** What the watchdog's thread is given to work on. */
export interface WatchOrder {
  readonly shared: SharedArrayBuffer;
  readonly words: typeof words;
}
