import { endOfGuest, fault } from "#core/machine";
import type { WaitQueue } from "#core/stream";
import { errno, type Errno } from "#core/sys";

/** An attempt's word for: ask me again when something woke. */
export const notYet: unique symbol = Symbol("not yet");

/** What a call that may have to wait does each time it looks. */
export interface Wait {
  /** Does the call if it can be done now; must have no effect when it answers `notYet`. */
  readonly attempt: () => Errno | undefined | typeof notYet;
  /** Who to be woken by. */
  readonly on: readonly WaitQueue[];
  /** Called once when the wait is over, however it ends. */
  readonly release?: () => void;
}

/** The answer of a call: done, refused with an error, or (a promise) later. */
export type CallAnswer = Errno | undefined | Promise<number>;

/** As `wait.attempt`; what it throws is an answer, for no guest is below us to throw it to. */
export function attemptAgain(wait: Wait): Errno | undefined | typeof notYet | typeof endOfGuest {
  try {
    return wait.attempt();
  } catch (thrown) {
    if (thrown === fault) return errno.EFAULT;
    if (thrown === endOfGuest) return endOfGuest;
    throw thrown;
  }
}

/** Runs `step`, which may end the process by what ends a guest: there is none below us here. */
export function unlessEnded(step: () => void): void {
  try {
    step();
  } catch (thrown) {
    if (thrown !== endOfGuest) throw thrown;
  }
}

/** As `Promise.try`, which keeps a promise of its own for as long as the other is pending. */
export function promiseOf<T>(start: () => Promise<T>): Promise<T> {
  try {
    return start();
  } catch (thrown) {
    return Promise.reject(thrown as Error);
  }
}
