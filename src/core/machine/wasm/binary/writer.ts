const encoder = new TextEncoder();

/** Below this length a plain loop copies faster than making a view and calling `set`. */
const smallCopyBytes = 48;

/** Writes the binary format into a buffer that grows as needed. */
export class WasmWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacityBytes = 256) {
    this.#bytes = new Uint8Array(Math.max(16, capacityBytes));
  }

  get lengthBytes(): number {
    return this.#length;
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** A number from 0 to 2³²−1 in the shortest LEB128. */
  u32(value: number): void {
    this.#reserve(5);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A whole number from 0 to 2⁵³ in the shortest LEB128: a limit of a 64-bit memory. */
  u64(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.u8((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.u8(rest);
  }

  name(text: string): void {
    const bytes = encoder.encode(text);
    this.u32(bytes.length);
    this.copy(bytes);
  }

  copy(source: Uint8Array, from = 0, to: number = source.length): void {
    const lengthBytes = to - from;
    this.#reserve(lengthBytes);
    const target = this.#bytes;
    if (lengthBytes < smallCopyBytes) {
      let at = this.#length;
      for (let index = from; index < to; index++) target[at++] = source[index] as number;
    } else {
      target.set(source.subarray(from, to), this.#length);
    }
    this.#length += lengthBytes;
  }

  /** What was written so far, without a copy: valid until the next write or `clear`. */
  peek(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets what was written and keeps the buffer. */
  clear(): void {
    this.#length = 0;
  }

  #reserve(moreBytes: number): void {
    const needed = this.#length + moreBytes;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
