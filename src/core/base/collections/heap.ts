/** A binary min-heap; `isBefore` is a strict order. Push and pop cost O(log n). */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #isBefore: (a: T, b: T) => boolean;

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  /** The least item, or `undefined` when empty. */
  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let index = items.length;
    items.push(item);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = items[above] as T;
      if (!this.#isBefore(item, parent)) break;
      items[index] = parent;
      index = above;
    }
    items[index] = item;
  }

  /** Takes the least item out, or answers `undefined` when empty. */
  pop(): T | undefined {
    const items = this.#items;
    const least = items[0];
    const last = items.pop();
    if (items.length > 0 && last !== undefined) this.#sink(last);
    return least;
  }

  #sink(item: T): void {
    const items = this.#items;
    let index = 0;
    for (;;) {
      let below = index * 2 + 1;
      if (below >= items.length) break;
      const right = items[below + 1];
      if (right !== undefined && this.#isBefore(right, items[below] as T)) below += 1;
      const child = items[below] as T;
      if (!this.#isBefore(child, item)) break;
      items[index] = child;
      index = below;
    }
    items[index] = item;
  }
}
