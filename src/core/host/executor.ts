/** What a kernel itself needs of its executor. None of this is visible to a guest. */
export interface Executor {
  readonly clock: Clock;
  readonly turns: Turns;
  readonly codec: Codec;
  readonly watchdog: Watchdog;
  readonly heap: EngineHeap;
}

export interface Clock {
  /** Nanoseconds since some fixed moment; never goes back. */
  monotonicNs(): number;
}

export interface Turns {
  /** Calls back in a later turn of the event loop, after input and timers had their chance. */
  next(callback: () => void): void;
  /** Calls back once, not before `delayNs` have passed. */
  after(delayNs: number, callback: () => void): Timer;
}

export interface Timer {
  /** The callback will not be called any more. Harmless after it was. */
  cancel(): void;
}

export interface Entropy {
  /** Fills all of `target` with unpredictable bytes. */
  fill(target: Uint8Array): void;
}

/** Functions of bytes that the host does faster than we could; the same bytes give the same. */
export interface Codec {
  /** SHA-256 as 64 lower-case hexadecimal digits. */
  sha256(bytes: Uint8Array): string;
  /** CRC-32 (IEEE) of `bytes`, going on from `start`. */
  crc32(bytes: Uint8Array, start?: number): number;
  compress(bytes: Uint8Array): Uint8Array;
  /** Answers `undefined` when the bytes are not a frame of `compress` or give over `bytesMax`. */
  decompress(bytes: Uint8Array, bytesMax: number): Uint8Array | undefined;
}

/**
 * Raises a flag in a shared memory when a program has run too long. The flag is the 32-bit word
 * at address 0 of `flag`; instrumented programs read it and come to the kernel when it is not
 * zero. It may be up too early: only `isDue` knows whether the slice is over. The word at address
 * 4 says how many checks pass all the same; each counts it down, and at zero every one comes.
 */
export interface Watchdog {
  readonly flag: WebAssembly.Memory;
  /** A program starts to run: its slice is over `sliceNs` later, or up to half as late again. */
  start(sliceNs: number): void;
  /** The program gave way: the flag is down and stays down until the next `start`. */
  stop(): void;
  /** Asked between `start` and `stop` when a program found the flag up: is its slice over? */
  isDue(): boolean;
}

/** Content-addressed bytes that outlive the OS process. */
export interface Blobs {
  /** What was kept, to the last bit, or nothing. */
  get(key: string): Uint8Array | undefined;
  /** Keeps `bytes` under `key`, whole or not at all. A failure to keep is not an error. */
  put(key: string, bytes: Uint8Array): void;
}

/** The heap of the engine, on which the objects of all guests live, beside our own. */
export interface EngineHeap {
  /** What it may hold: so far below what the engine ends the OS process at that it never does. */
  readonly bytesMax: number;
  /** What it holds now, garbage included. Cheap. */
  usedBytes(): number;
  /** What it holds once all garbage is collected, which takes milliseconds for each 10 MiB. */
  liveBytes(): number;
}
