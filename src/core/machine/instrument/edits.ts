/** What an edit writes instead of its range, if not a function index. */
export const Edit = { check: -1, nothing: -2 } as const;

const firstSnippet = -3;

/** The value of an edit that writes added code, by its place there. */
export function snippetEdit(place: number): number {
  return firstSnippet - place;
}

/** The place of the added code that an edit writes; below 0 if it writes something else. */
export function snippetOf(value: number): number {
  return firstSnippet - value;
}

const fieldsPerEdit = 3;

/**
 * The changes to one function body, in the order of their offsets: each replaces the bytes from
 * `from` up to `to` by a check, by added code, by a function index, or by nothing at all.
 */
export class EditList {
  #rows = new Int32Array(64 * fieldsPerEdit);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  from(row: number): number {
    return this.#rows[row * fieldsPerEdit] as number;
  }

  to(row: number): number {
    return this.#rows[row * fieldsPerEdit + 1] as number;
  }

  /** A function index, one of `Edit`, or a `snippetEdit`. */
  value(row: number): number {
    return this.#rows[row * fieldsPerEdit + 2] as number;
  }

  /** Answers the row, which `set` can change later. */
  add(from: number, to: number, value: number): number {
    const at = this.#count * fieldsPerEdit;
    if (at === this.#rows.length) {
      const grown = new Int32Array(this.#rows.length * 2);
      grown.set(this.#rows);
      this.#rows = grown;
    }
    this.#rows[at] = from;
    this.#rows[at + 1] = to;
    this.#rows[at + 2] = value;
    return this.#count++;
  }

  set(row: number, value: number): void {
    this.#rows[row * fieldsPerEdit + 2] = value;
  }

  /** Forgets all edits and keeps the room. */
  clear(): void {
    this.#count = 0;
  }
}
