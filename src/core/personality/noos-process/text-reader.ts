import type { GuestMemory } from "#core/machine";
import { errno, Errno } from "#core/sys";
import { bounds, textBytes } from "./records.ts";

/** Reads the texts of one request, which together are no longer than a request may be. */
export class TextReader {
  readonly #memory: GuestMemory;
  #leftBytes: number = bounds.requestBytesMax;

  constructor(memory: GuestMemory) {
    this.#memory = memory;
  }

  /** A name: at least one byte, and no more than one may have. */
  name(at: number): string | Errno {
    const lengthBytes = this.#memory.u32(at + 4);
    if (lengthBytes > bounds.nameBytesMax) return errno.ENAMETOOLONG;
    return lengthBytes === 0 ? errno.EINVAL : this.#text(at);
  }

  /** Texts one after the other; `undefined` for a list at address 0, which is left out. */
  list(at: number): readonly string[] | undefined | Errno {
    const address = this.#memory.u32(at);
    const count = this.#memory.u32(at + 4);
    if (address === 0) return count === 0 ? undefined : errno.EINVAL;
    if (count > bounds.textsMax) return errno.E2BIG;
    this.#memory.check(address, count * textBytes);
    const texts: string[] = [];
    for (let index = 0; index < count; index++) {
      const text = this.#text(address + index * textBytes);
      if (text instanceof Errno) return text;
      texts.push(text);
    }
    return texts;
  }

  #text(at: number): string | Errno {
    const address = this.#memory.u32(at);
    const lengthBytes = this.#memory.u32(at + 4);
    this.#memory.check(address, lengthBytes);
    if (lengthBytes > this.#leftBytes) return errno.E2BIG;
    this.#leftBytes -= lengthBytes;
    const text = this.#memory.text(address, lengthBytes);
    if (text === undefined) return errno.EILSEQ;
    return text.includes("\0") ? errno.EINVAL : text;
  }
}
