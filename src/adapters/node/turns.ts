import type { Timer, Turns } from "#core/host";

/** The longest wait that `setTimeout` takes; a longer one becomes 1 ms there. */
const timeoutMsMax = 2 ** 31 - 1;

/**
 * What is left of a delay is waited for by looking at each turn when it is shorter than this:
 * `setTimeout` counts in milliseconds, and a fifth of one is what a delay may cost in CPU.
 */
const watchedMsMax = 0.2;

/** The event loop of this thread. */
export const nodeTurns: Turns = {
  next(callback) {
    setImmediate(callback);
  },
  after(delayNs, callback) {
    return new LoopTimer(delayNs, callback);
  },
};

/**
 * A timer that keeps its word: `setTimeout` counts from the start of the loop's turn and so may
 * call up to that turn's length early, in which case the rest is waited for.
 */
class LoopTimer implements Timer {
  readonly #dueMs: number;
  #callback: (() => void) | undefined;
  #timeout: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  constructor(delayNs: number, callback: () => void) {
    this.#dueMs = performance.now() + delayNs / 1e6;
    this.#callback = callback;
    this.#arm(delayNs / 1e6);
  }

  cancel(): void {
    this.#callback = undefined;
    clearTimeout(this.#timeout);
    clearImmediate(this.#immediate);
  }

  #arm(leftMs: number): void {
    if (leftMs <= watchedMsMax) {
      this.#immediate = setImmediate(look, this);
    } else {
      this.#timeout = setTimeout(look, Math.min(Math.ceil(leftMs), timeoutMsMax), this);
    }
  }

  /** Calls back when the time has come, or waits on. */
  look(): void {
    const callback = this.#callback;
    if (callback === undefined) return;
    const leftMs = this.#dueMs - performance.now();
    if (leftMs > 0) return this.#arm(leftMs);
    this.#callback = undefined;
    callback();
  }
}

function look(timer: LoopTimer): void {
  timer.look();
}
