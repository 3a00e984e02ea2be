import type { HostHandle } from "#core/host";

/** What is open, by small numbers that are given out again when they are free. */
export class HandleTable<T> {
  readonly #slots: (T | undefined)[] = [];
  readonly #free: HostHandle[] = [];
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get isFull(): boolean {
    return this.#free.length === 0 && this.#slots.length >= this.#max;
  }

  /** Expects that the table is not full. */
  add(opened: T): HostHandle {
    const handle = this.#free.pop() ?? (this.#slots.length as HostHandle);
    this.#slots[handle] = opened;
    return handle;
  }

  get(handle: HostHandle): T | undefined {
    return this.#slots[handle];
  }

  remove(handle: HostHandle): T | undefined {
    const opened = this.#slots[handle];
    if (opened === undefined) return undefined;
    this.#slots[handle] = undefined;
    this.#free.push(handle);
    return opened;
  }

  /** Everything that is open, each as often as it has a number. */
  opened(): readonly T[] {
    return this.#slots.filter((slot) => slot !== undefined);
  }

  clear(): void {
    this.#slots.length = 0;
    this.#free.length = 0;
  }
}
