import type { Errno } from "#core/sys";
import type { Entropy, Timer } from "./executor.ts";

/**
 * The part of the outside every process reaches. What it hands to a guest is *outside* in the
 * sense of a journal: recorded as it is answered, and answered from the recording in a replay.
 */
export interface Outside {
  readonly clock: OutsideClock;
  readonly entropy: Entropy;
  readonly timers: OutsideTimers;
}

interface OutsideClock {
  /** Nanoseconds since 1970-01-01T00:00:00Z; steps with the host's clock. */
  realtimeNs(): bigint;
  /** Nanoseconds since some fixed moment; never goes back. */
  monotonicNs(): bigint;
  /** Nanoseconds the process has computed so far. */
  cpuNs(): bigint;
}

interface OutsideTimers {
  /** Calls back once, not before `delayNs` have passed. */
  after(delayNs: number, callback: () => void): Timer;
}

/** What a host gives to all processes alike; a kernel adds each one's own `cpuNs`. */
export interface SharedOutside {
  readonly clock: Omit<OutsideClock, "cpuNs">;
  readonly entropy: Entropy;
  readonly timers: OutsideTimers;
}

/** Bytes (one at least), the end of the stream, or why there are none. */
export type SourceAnswer = Uint8Array | "end" | Errno;

/** A stream of bytes into a process. */
export interface ByteSource {
  /** Asks for one to `bytesMax` bytes. One request at a time; answered once, in a later turn. */
  pull(bytesMax: number, answer: (result: SourceAnswer) => void): void;
  /**
   * What a pull would answer, where that is known already; `undefined` when it would wait: then
   * `pull`. Not during a pull. A source that never knows has no such method.
   */
  tryPull?(bytesMax: number): SourceAnswer | undefined;
  close(): void;
}

/** A stream of bytes out of a process. */
export interface ByteSink {
  /**
   * Takes all of `bytes`, which stay untouched until answered. Answers `undefined` when the next
   * push may come, or why the bytes could not be delivered. One push at a time.
   */
  push(bytes: Uint8Array, answer: (failed: Errno | undefined) => void): void;
  /**
   * Takes what goes out without waiting, and answers at once how many bytes that were (0 when it
   * would wait: then `push` the rest) or why none could be delivered. Not during a push. A sink
   * that cannot know has no such method.
   */
  tryPush?(bytes: Uint8Array): number | Errno;
  /** No more will come; what was taken is still delivered. */
  close(): void;
}

/** A byte stream in both directions. */
export interface Connection extends ByteSource, ByteSink {
  /** Says to the other side that no more will come; reading goes on. */
  shutdownWrite(): void;
}

/** Accepts connections on a granted address. */
export interface Listener {
  /** Asks for one connection. One request at a time; answered once, in a later turn. */
  accept(answer: (result: Connection | Errno) => void): void;
  close(): void;
}

/** Opens a connection to one granted address. */
export interface Dialer {
  dial(answer: (result: Connection | Errno) => void): void;
}
