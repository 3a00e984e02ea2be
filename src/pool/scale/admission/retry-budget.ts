const second = 1e9;

/** What retries may amount to. */
export interface RetryNumbers {
  /** The part of calls that may be tried again. */
  readonly part: number;
  /** So many a second may be, however few calls there are. */
  readonly floorPerSecond: number;
  /** What was not used is kept for so long. */
  readonly keptNs: number;
}

export const retryNumbers: RetryNumbers = { part: 0.2, floorPerSecond: 1, keptNs: 10 * second };

/**
 * How many calls may be tried again: a part of all, and a few when there are few, from a bucket of
 * tokens (Finagle's RetryBudget; the Google SRE book, "Handling Overload"). When a callee fails all
 * its calls, retries then add a fifth to its load, and not three times that.
 */
export class RetryBudget {
  readonly #numbers: RetryNumbers;
  #tokens: number;
  #calls = 0;
  #nowNs: number;

  constructor(nowNs: number, numbers: RetryNumbers = retryNumbers) {
    this.#numbers = numbers;
    this.#nowNs = nowNs;
    this.#tokens = numbers.floorPerSecond;
  }

  /** So many calls were made, each for the first time. */
  called(nowNs: number, count = 1): void {
    this.#pass(nowNs);
    this.#calls += count;
    this.#tokens += this.#numbers.part * count;
  }

  /** Whether one may be tried again now; if so, that is paid for. */
  take(nowNs: number): boolean {
    this.#pass(nowNs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Tokens beyond what calls of the last while brought are lost: calm does not save for storms. */
  #pass(nowNs: number): void {
    const { part, floorPerSecond, keptNs } = this.#numbers;
    const passedNs = Math.max(0, nowNs - this.#nowNs);
    this.#nowNs = Math.max(this.#nowNs, nowNs);
    this.#calls *= Math.exp(-passedNs / keptNs);
    const floor = (floorPerSecond * passedNs) / second;
    const most =
      Math.max(floorPerSecond, 1) + (floorPerSecond * keptNs) / second + part * this.#calls;
    this.#tokens = Math.min(most, this.#tokens + floor);
  }
}
