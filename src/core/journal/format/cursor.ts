import { ByteReader, MalformedBytes } from "#core/base";
import { malformed } from "./recording.ts";

/** Reads a journal entry by entry. */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #reader: ByteReader;

  constructor(entries: Uint8Array) {
    this.#bytes = entries;
    this.#reader = new ByteReader(entries);
  }

  get offset(): number {
    return this.#reader.offset;
  }

  get isAtEnd(): boolean {
    return this.#reader.remainingBytes === 0;
  }

  /** The tag of the next entry; 0 at the end. */
  peek(): number {
    return this.#bytes[this.#reader.offset] ?? 0;
  }

  /** The next entry's second byte: which question, which arrival. */
  peekKind(): number {
    return this.#bytes[this.#reader.offset + 1] ?? 0;
  }

  /** Reads with `read`; bytes that are no entries throw `RECORDING_MALFORMED`. */
  take<T>(read: (reader: ByteReader) => T): T {
    try {
      return read(this.#reader);
    } catch (cause) {
      throw cause instanceof MalformedBytes ? malformed(cause) : cause;
    }
  }

  /** As `take`, and stays where it is. */
  look<T>(read: (reader: ByteReader) => T): T {
    const ahead = new Cursor(this.#bytes);
    ahead.#reader.raw(this.#reader.offset);
    return ahead.take(read);
  }
}
