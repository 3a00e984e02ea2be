import { assert } from "#core/base";
import { flightLimits } from "./flight-limits.ts";

/** One who takes of a budget, and gives back when there is too little for all. */
export interface BudgetHolder {
  readonly heldBytes: number;
  /** Gives back at least half of what it holds. */
  give(): void;
}

/**
 * What all rings of an executor may hold together. When that is used up, those who hold most give
 * first: they are kept by powers of two, so that finding one takes no longer with more of them.
 */
export class FlightBudget {
  readonly bytesMax: number;
  readonly #classes: Set<BudgetHolder>[] = [];
  #usedBytes = 0;

  constructor(bytesMax: number = flightLimits.executorBytesMax) {
    this.bytesMax = bytesMax;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /**
   * Makes room for so many bytes more, for which whoever asks may have to give as well. Expects no
   * more than the whole budget.
   */
  makeRoom(sizeBytes: number): void {
    assert(sizeBytes <= this.bytesMax, "nobody asks for more than there is for all");
    while (this.#usedBytes + sizeBytes > this.bytesMax) this.#largest().give();
  }

  /** Takes note that `holder` holds another amount than it did. */
  changed(holder: BudgetHolder, beforeBytes: number): void {
    this.#usedBytes += holder.heldBytes - beforeBytes;
    const before = classOf(beforeBytes);
    const now = classOf(holder.heldBytes);
    if (before === now) return;
    this.#classes[before]?.delete(holder);
    if (holder.heldBytes > 0) (this.#classes[now] ??= new Set()).add(holder);
  }

  #largest(): BudgetHolder {
    for (let index = this.#classes.length - 1; index >= 0; index--) {
      for (const holder of this.#classes[index] ?? []) return holder;
    }
    assert(false, "what is used, somebody holds");
  }
}

/** Numbers that have as many binary digits are of one class; 0 is of none other's. */
function classOf(sizeBytes: number): number {
  return 32 - Math.clz32(sizeBytes);
}
