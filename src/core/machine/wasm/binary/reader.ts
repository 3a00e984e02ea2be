import { malformed, unsupported } from "./errors.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads the binary format from `at` up to `end`. It trusts nothing: whatever the bytes say, it
 * answers within their bounds or throws `WASM_MALFORMED`, and offsets in errors are the module's.
 */
export class WasmReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;

  constructor(bytes: Uint8Array, from = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  get remainingBytes(): number {
    return this.end - this.at;
  }

  u8(what: string): number {
    if (this.at >= this.end) throw malformed(`${what} is missing`, this.at);
    return this.bytes[this.at++] as number;
  }

  u32(what: string): number {
    const start = this.at;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8(what);
      if (shift === 28 && byte > 0x0f) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw malformed(`${what} does not fit in 32 bits`, start);
  }

  /** A u64 as a number: exact up to 2⁵³, rounded above, where no size of ours lies. */
  u64(what: string): number {
    const start = this.at;
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.u8(what);
      if (shift === 63 && byte > 0x01) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw malformed(`${what} does not fit in 64 bits`, start);
  }

  /** A signed number of 33 bits: what block types and heap types are written as. */
  s33(what: string): number {
    const start = this.at;
    let value = 0;
    let scale = 1;
    for (let index = 0; index < 5; index++) {
      const byte = this.u8(what);
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - scale;
    }
    throw malformed(`${what} does not fit in 33 bits`, start);
  }

  /**
   * How many entries follow: `max` at most. Each takes a byte at least, so a number above what is
   * left is refused as well, before anybody makes room for so many.
   */
  count(what: string, max: number = Infinity): number {
    const start = this.at;
    const value = this.u32(`the number of ${what}`);
    if (value > max)
      throw unsupported(`${value} ${what} are declared, at most ${max} can be`, start);
    if (value > this.remainingBytes) {
      throw malformed(`${value} ${what} announced, ${this.remainingBytes} bytes left`, start);
    }
    return value;
  }

  skip(lengthBytes: number, what: string): void {
    if (lengthBytes > this.remainingBytes) {
      throw malformed(
        `${what} takes ${lengthBytes} bytes, ${this.remainingBytes} are left`,
        this.at,
      );
    }
    this.at += lengthBytes;
  }

  name(what: string): string {
    const lengthBytes = this.u32(`the length of ${what}`);
    const start = this.at;
    this.skip(lengthBytes, what);
    try {
      return decoder.decode(this.bytes.subarray(start, this.at));
    } catch {
      throw malformed(`${what} is not UTF-8`, start);
    }
  }

  /** Expects everything up to `end` to have been read. */
  finish(what: string): void {
    if (this.at !== this.end) {
      throw malformed(`${this.remainingBytes} bytes too many in ${what}`, this.at);
    }
  }
}
