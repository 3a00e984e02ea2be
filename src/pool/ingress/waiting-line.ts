import type { Visit } from "./visit.ts";

/** Visits that wait for an instance, the oldest first. Those that left are passed over. */
export class WaitingLine {
  #visits: Visit[] = [];
  #first = 0;
  #count = 0;

  /** How many wait. */
  get count(): number {
    return this.#count;
  }

  push(visit: Visit): void {
    this.#visits.push(visit);
    this.#count += 1;
  }

  /** Puts one before all others: it has waited its time already. */
  putFirst(visit: Visit): void {
    if (this.#first === 0) this.#visits.unshift(visit);
    else this.#visits[(this.#first -= 1)] = visit;
    this.#count += 1;
  }

  /** The one that has waited longest, which stays. */
  peek(): Visit | undefined {
    for (;;) {
      const visit = this.#visits[this.#first];
      if (visit === undefined) {
        this.#visits = [];
        this.#first = 0;
        return undefined;
      }
      if (visit.isWaiting) return visit;
      this.#first += 1;
    }
  }

  take(): Visit | undefined {
    const visit = this.peek();
    if (visit === undefined) return undefined;
    this.#first += 1;
    this.#count -= 1;
    if (this.#first > 1024 && this.#first * 2 > this.#visits.length) this.#compact();
    return visit;
  }

  /** One that waited is over. */
  left(): void {
    this.#count -= 1;
  }

  #compact(): void {
    this.#visits = this.#visits.slice(this.#first);
    this.#first = 0;
  }
}
