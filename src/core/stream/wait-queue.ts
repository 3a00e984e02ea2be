/** Somebody to be told that what they wait for may have come. */
export interface Waiter {
  wake(): void;
}

const none: readonly never[] = [];

/** Those who wait for one thing. Waking is a hint: each waiter looks again for itself. */
export class WaitQueue {
  /** Nearly always there is one waiter or none, and thousands of queues: the rest are made late. */
  #first: Waiter | undefined = undefined;
  #others: Set<Waiter> | undefined = undefined;

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  add(waiter: Waiter): void {
    if (this.#first === undefined) this.#first = waiter;
    else if (this.#first !== waiter) (this.#others ??= new Set()).add(waiter);
  }

  remove(waiter: Waiter): void {
    if (this.#first !== waiter) {
      this.#others?.delete(waiter);
      return;
    }
    this.#first = undefined;
    // Who has waited longest is woken first.
    for (const next of this.#others ?? []) {
      this.#first = next;
      this.#others?.delete(next);
      return;
    }
  }

  /** Wakes all of them; they stay in the queue until they leave it themselves. */
  wake(): void {
    const first = this.#first;
    // Who leaves while it is woken moves the others up, so they are counted before.
    const others = this.#others === undefined ? none : [...this.#others];
    first?.wake();
    for (const waiter of others) waiter.wake();
  }
}
