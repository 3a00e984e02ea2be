import { Heap } from "#core/base/collections";

/** Something that is to happen at a time, unless it is turned off before. */
export interface Alarm {
  readonly dueNs: number;
  readonly order: number;
  readonly ring: () => void;
  isOff: boolean;
}

/** Alarms by the time they are due; of those due together, the one set first rings first. */
export class Alarms {
  readonly #heap = new Heap<Alarm>(
    (a, b) => a.dueNs < b.dueNs || (a.dueNs === b.dueNs && a.order < b.order),
  );
  #setCount = 0;

  set(dueNs: number, ring: () => void): Alarm {
    this.#setCount += 1;
    const alarm: Alarm = { dueNs, order: this.#setCount, ring, isOff: false };
    this.#heap.push(alarm);
    return alarm;
  }

  /** `Infinity` when none is set. */
  get nextDueNs(): number {
    let first = this.#heap.peek();
    while (first?.isOff === true) {
      this.#heap.pop();
      first = this.#heap.peek();
    }
    return first?.dueNs ?? Infinity;
  }

  /** Rings all that are due. */
  ring(nowNs: number): void {
    while (this.nextDueNs <= nowNs) {
      const alarm = this.#heap.pop();
      if (alarm === undefined) return;
      alarm.isOff = true;
      alarm.ring();
    }
  }
}
