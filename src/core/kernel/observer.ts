import type { GrantedPorts } from "#core/host/granted";
import type { ExitReason } from "#core/sys";
import type { Process } from "./process.ts";

/** A call as it was made and answered. */
export interface CallMade {
  readonly row: number;
  readonly parameters: readonly (number | bigint)[];
  readonly answer: number;
}

/** Sees every call of one process, in order: a journal that records, or one that replays. */
export interface CallObserver {
  /** The guest makes call `row` of its personality's table. */
  entered(process: Process, row: number, parameters: readonly (number | bigint)[]): void;
  /** The call that was entered last answers; `answer` is what the guest gets. */
  answered(process: Process, row: number, answer: number): void;
  /** The guest waits inside the call that was entered last. */
  blocked(process: Process): void;
  /** Output was handed on while the guest was paused between two calls. */
  flushed(process: Process): void;
  /** The guest runs no more; its memory can still be read. */
  ended(process: Process, reason: ExitReason): void;
  /**
   * The process begins with the state of another, which made these calls when it was initialised
   * and asked the outside nothing. An observer without this has its process make them itself.
   */
  initialised?(process: Process, calls: readonly CallMade[]): void;
  /** Whether the process flushes by itself when its slice is over. */
  readonly flushesWhenPaused: boolean;
}

/**
 * Stands between a process and what it was granted: sees every call, and hands out the ports the
 * process really gets. A recorder wraps the ports it is given; a replay needs none.
 */
export interface Boundary {
  readonly observer: CallObserver;
  ports(direct: GrantedPorts | undefined): GrantedPorts;
}
