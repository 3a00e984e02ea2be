import { assert } from "./assert.ts";

const encoder = new TextEncoder();
/** Its length fits one byte. */
const shortTextMax = 100;

/** Writes numbers, bytes and texts one after the other into a buffer that grows as needed. */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacityBytes = 256) {
    this.#bytes = new Uint8Array(Math.max(16, capacityBytes));
  }

  get lengthBytes(): number {
    return this.#length;
  }

  /** What it can hold before it has to grow. */
  get capacityBytes(): number {
    return this.#bytes.length;
  }

  /** One byte, 0 to 255. */
  u8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** Four bytes, little-endian. */
  u32(value: number): void {
    this.#reserve(4);
    const bytes = this.#bytes;
    bytes[this.#length++] = value;
    bytes[this.#length++] = value >>> 8;
    bytes[this.#length++] = value >>> 16;
    bytes[this.#length++] = value >>> 24;
  }

  /** A whole number from 0 to 2⁵³−1 in unsigned LEB128. */
  unsigned(value: number): void {
    assert(value >= 0 && Number.isSafeInteger(value), "an unsigned LEB128 is a safe whole number");
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A whole number of either sign, zigzag-coded so that small magnitudes stay small. */
  signed(value: number): void {
    this.unsigned(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  /** A bigint from 0 to 2⁶⁴−1 in unsigned LEB128. */
  unsigned64(value: bigint): void {
    assert(value >= 0n && value < 1n << 64n, "an unsigned 64-bit number is in range");
    this.#reserve(10);
    let rest = value;
    while (rest >= 0x80n) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  /** Bytes as they are, without their length. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Bytes behind their length. */
  bytes(bytes: Uint8Array): void {
    this.unsigned(bytes.length);
    this.raw(bytes);
  }

  /** UTF-8 behind its length in bytes. */
  text(text: string): void {
    const { length } = text;
    if (length > shortTextMax || !this.#shortAscii(text, length)) this.bytes(encoder.encode(text));
  }

  /**
   * An encoder takes longer to be called than a few characters take to be written. Strings are of
   * many kinds inside V8 (flat, sliced, joined, of one byte or two): once it has seen more than a
   * few it looks a method up anew for each character, but not one that is named by its prototype.
   */
  #shortAscii(text: string, length: number): boolean {
    this.#reserve(length + 1);
    const bytes = this.#bytes;
    const start = this.#length + 1;
    for (let index = 0; index < length; index++) {
      const code = String.prototype.charCodeAt.call(text, index);
      if (code > 0x7f) return false;
      bytes[start + index] = code;
    }
    bytes[this.#length] = length;
    this.#length = start + length;
    return true;
  }

  /** A copy of what was written so far. */
  toBytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
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
