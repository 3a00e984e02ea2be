/** Somebody to be told that what they wait for may have come. */
export interface Waiter {
  wake(): void;
}

/** Those who wait for one thing. Waking is a hint: each waiter looks again for itself. */
export class WaitQueue {
  readonly #waiters = new Set<Waiter>();

  get isEmpty(): boolean {
    return this.#waiters.size === 0;
  }

  add(waiter: Waiter): void {
    this.#waiters.add(waiter);
  }

  remove(waiter: Waiter): void {
    this.#waiters.delete(waiter);
  }

  /** Wakes all of them; they stay in the queue until they leave it themselves. */
  wake(): void {
    for (const waiter of this.#waiters) waiter.wake();
  }
}
