/** Places to begin with: a power of two, as all later ones. Half of them at most are taken. */
const placesMin = 4;

/** Spreads numbers that follow each other: a multiple of the golden ratio (Knuth, TAOCP 6.4). */
const spreading = 0x9e37_79b1;

/**
 * Values by whole numbers, for what comes and goes fast; see `LinkedList` for why that is no `Map`.
 * It grows with what it holds at once, and never shrinks. Open addressing, by linear probing; what
 * leaves is closed up behind (the same, 6.4, algorithm R).
 */
export class NumberTable<T extends object> {
  #keys: number[] = Array.from<number>({ length: placesMin }).fill(0);
  /** By place; where there is none, the key there means nothing. */
  #values: (T | undefined)[] = Array.from({ length: placesMin });
  #size = 0;
  /** What is left of a spread number of 32 bits is as wide as a place. */
  #shift = 32 - Math.log2(placesMin);

  get size(): number {
    return this.#size;
  }

  has(key: number): boolean {
    return this.get(key) !== undefined;
  }

  get(key: number): T | undefined {
    return this.#values[this.#placeOf(key)];
  }

  set(key: number, value: T): void {
    let place = this.#placeOf(key);
    if (this.#values[place] === undefined) {
      if ((this.#size + 1) * 2 > this.#keys.length) {
        this.#grow();
        place = this.#placeOf(key);
      }
      this.#keys[place] = key;
      this.#size += 1;
    }
    this.#values[place] = value;
  }

  /** Answers whether there was one. */
  delete(key: number): boolean {
    const keys = this.#keys;
    const values = this.#values;
    const last = keys.length - 1;
    let gap = this.#placeOf(key);
    if (values[gap] === undefined) return false;
    this.#size -= 1;
    let place = gap;
    for (;;) {
      place = (place + 1) & last;
      const value = values[place];
      if (value === undefined) break;
      const found = keys[place] ?? 0;
      // It stays where it is unless a search for it would come by the gap.
      const searched = (place - this.#homeOf(found)) & last;
      if (searched < ((place - gap) & last)) continue;
      keys[gap] = found;
      values[gap] = value;
      gap = place;
    }
    values[gap] = undefined;
    return true;
  }

  /** All values, in no order that means anything. */
  values(): T[] {
    return this.#values.filter((value) => value !== undefined);
  }

  clear(): void {
    this.#values.fill(undefined);
    this.#size = 0;
  }

  /** Where the key is, or the place for it. */
  #placeOf(key: number): number {
    const keys = this.#keys;
    const values = this.#values;
    const last = keys.length - 1;
    let place = this.#homeOf(key);
    while (values[place] !== undefined && keys[place] !== key) place = (place + 1) & last;
    return place;
  }

  #homeOf(key: number): number {
    // Of a number beyond 32 bits the upper half counts, too.
    const folded = key ^ (key / 2 ** 32);
    return Math.imul(folded, spreading) >>> this.#shift;
  }

  #grow(): void {
    const keys = this.#keys;
    const length = keys.length * 2;
    const values = this.#values;
    this.#keys = Array.from<number>({ length }).fill(0);
    this.#values = Array.from({ length });
    this.#shift -= 1;
    for (const [from, key] of keys.entries()) {
      const value = values[from];
      if (value === undefined) continue;
      const place = this.#placeOf(key);
      this.#keys[place] = key;
      this.#values[place] = value;
    }
  }
}
