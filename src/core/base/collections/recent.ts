import { assert } from "#core/base";

/**
 * What was made lately, by what it was made from: those who want the same get one and the same
 * object, so that ten thousand who do hold it once. The one not wanted for longest goes first.
 */
export class Recent<T> {
  readonly #countMax: number;
  /** In the order they were last wanted. */
  readonly #made = new Map<string, T>();

  constructor(countMax: number) {
    assert(countMax > 0, "something is kept");
    this.#countMax = countMax;
  }

  /** What was made for `key` before, or is made now. What is answered is not to be changed. */
  get(key: string, make: () => T): T {
    const found = this.#made.get(key) ?? make();
    this.#made.delete(key);
    this.#made.set(key, found);
    for (const oldest of this.#made.keys()) {
      if (this.#made.size <= this.#countMax) break;
      this.#made.delete(oldest);
    }
    return found;
  }
}
