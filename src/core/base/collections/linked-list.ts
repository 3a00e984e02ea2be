/** The place of a value in a list. The value is there for as long as the place is. */
export class Link<T> {
  readonly value: T;
  previous: Link<T> | undefined;
  next: Link<T> | undefined = undefined;
  isLinked = true;

  constructor(value: T, previous: Link<T> | undefined) {
    this.value = value;
    this.previous = previous;
  }
}

/**
 * Values in the order they came, each of which leaves by its place, from wherever it stands.
 *
 * It is for what comes and goes a hundred thousand times a second. In a `Set` or a `Map` each such
 * thing would live for much longer: when V8 makes a new table for one, the old table goes on to
 * point to it (for iterators) and to all it held, and once one of these tables is in the heap's old
 * part, all that follow are kept until that is collected: the collector copies every one of them.
 */
export class LinkedList<T> {
  #first: Link<T> | undefined = undefined;
  #last: Link<T> | undefined = undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#first?.value;
  }

  /** Puts a value at the end. */
  add(value: T): Link<T> {
    const last = this.#last;
    const link = new Link(value, last);
    if (last === undefined) this.#first = link;
    else last.next = link;
    this.#last = link;
    this.#size += 1;
    return link;
  }

  /** Takes a value out by its place, of this list; answers `false` if it was out already. */
  remove(link: Link<T>): boolean {
    if (!link.isLinked) return false;
    const { previous, next } = link;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    // What is out leads nowhere, or one that got old would keep those that came after it.
    link.previous = undefined;
    link.next = undefined;
    link.isLinked = false;
    this.#size -= 1;
    return true;
  }

  /** All values as they are now: whatever leaves meanwhile, each of them comes. */
  values(): T[] {
    const values: T[] = [];
    for (let link = this.#first; link !== undefined; link = link.next) values.push(link.value);
    return values;
  }

  /** Whether there is such a value. */
  some(is: (value: T) => boolean): boolean {
    for (let link = this.#first; link !== undefined; link = link.next) {
      if (is(link.value)) return true;
    }
    return false;
  }
}
