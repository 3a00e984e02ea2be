import { type Range, Ranges } from "./ranges.ts";

const pageBytes = 64 * 1024;

/** Bytes at some places of a file, however large it is; what is not there reads as zeros. */
export class SparseBytes {
  readonly #pages = new Map<number, Uint8Array>();
  readonly #known = new Ranges();

  /** The places that hold bytes. */
  get known(): Ranges {
    return this.#known;
  }

  write(bytes: Uint8Array, position: number): void {
    this.#known.add({ from: position, to: position + bytes.length });
    for (const { page, from, to, done } of pagesOf(position, bytes.length)) {
      const target = this.#pages.getOrInsertComputed(page, () => new Uint8Array(pageBytes));
      target.set(bytes.subarray(done, done + to - from), from);
    }
  }

  /** Copies into `target` what is known from `position` on, and leaves the rest as it is. */
  read(target: Uint8Array, position: number): void {
    for (const range of this.#known.within({ from: position, to: position + target.length })) {
      for (const { page, from, to, done } of pagesOf(range.from, range.to - range.from)) {
        const bytes = this.#pages.get(page)?.subarray(from, to);
        if (bytes !== undefined) target.set(bytes, range.from - position + done);
      }
    }
  }

  /** Forgets all from `position` on. */
  cut(position: number): void {
    this.#known.cut(position);
  }
}

/** The parts of pages that bytes at `position` take; `done` is how many come before each. */
function* pagesOf(
  position: number,
  lengthBytes: number,
): IterableIterator<Range & { readonly page: number; readonly done: number }> {
  for (let done = 0; done < lengthBytes;) {
    const from = (position + done) % pageBytes;
    const to = Math.min(pageBytes, from + lengthBytes - done);
    yield { page: (position + done - from) / pageBytes, from, to, done };
    done += to - from;
  }
}
