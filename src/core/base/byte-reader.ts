const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Says that bytes from outside are not what their format promises, and at which offset. */
export class MalformedBytes extends Error {
  override readonly name = "MalformedBytes";
  readonly offset: number;

  constructor(what: string, offset: number) {
    super(`${what} at byte ${offset}`);
    this.offset = offset;
  }
}

/**
 * Reads what a `ByteWriter` wrote. It trusts nothing: whatever the bytes say, it answers within
 * their bounds or throws `MalformedBytes`, and allocates no more than what is there.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset: number;

  constructor(bytes: Uint8Array, offset = 0) {
    this.#bytes = bytes;
    this.#offset = offset;
  }

  get offset(): number {
    return this.#offset;
  }

  get remainingBytes(): number {
    return this.#bytes.length - this.#offset;
  }

  u8(): number {
    const value = this.#bytes[this.#offset];
    if (value === undefined) throw new MalformedBytes("unexpected end", this.#offset);
    this.#offset += 1;
    return value;
  }

  u32(): number {
    const low = this.u8() | (this.u8() << 8) | (this.u8() << 16);
    return (low | (this.u8() << 24)) >>> 0;
  }

  unsigned(): number {
    const start = this.#offset;
    let value = 0;
    let scale = 1;
    for (let index = 0; index < 8; index++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) break;
        return value;
      }
      scale *= 0x80;
    }
    throw new MalformedBytes("number over 2^53", start);
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  unsigned64(): bigint {
    const start = this.#offset;
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (value >= 1n << 64n) break;
        return value;
      }
    }
    throw new MalformedBytes("number over 2^64", start);
  }

  /** A view of the next `lengthBytes` bytes; no copy. */
  raw(lengthBytes: number): Uint8Array {
    if (lengthBytes > this.remainingBytes) {
      throw new MalformedBytes(
        `${lengthBytes} bytes announced, ${this.remainingBytes} left`,
        this.#offset,
      );
    }
    const view = this.#bytes.subarray(this.#offset, this.#offset + lengthBytes);
    this.#offset += lengthBytes;
    return view;
  }

  /** A view of bytes behind their length; no copy. */
  bytes(): Uint8Array {
    return this.raw(this.unsigned());
  }

  text(): string {
    const start = this.#offset;
    const bytes = this.bytes();
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      throw new MalformedBytes(`text that is not UTF-8 (${String(cause)})`, start);
    }
  }
}
