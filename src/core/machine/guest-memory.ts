/** Thrown for an address outside the guest's memory; a call's translator answers EFAULT for it. */
export const fault: Error = new Error("address outside the guest's memory");

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A guest's linear memory as its calls see it: little-endian numbers and views of bytes, each
 * checked against the memory's present size. Addresses may come as signed 32-bit numbers.
 * A view is valid until the guest runs again.
 */
export class GuestMemory {
  readonly #memory: WebAssembly.Memory;
  #bytes: Uint8Array;
  #view: DataView;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
  }

  get sizeBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Throws `fault` unless all of these bytes are inside. */
  check(address: number, lengthBytes: number): void {
    this.#check(address, lengthBytes >>> 0);
  }

  /** A view of `lengthBytes` bytes at `address`. */
  bytes(address: number, lengthBytes: number): Uint8Array {
    const start = this.#check(address, lengthBytes >>> 0);
    return this.#bytes.subarray(start, start + (lengthBytes >>> 0));
  }

  /** The text at `address`, or `undefined` when it is not UTF-8. */
  text(address: number, lengthBytes: number): string | undefined {
    const bytes = this.bytes(address, lengthBytes);
    try {
      return decoder.decode(bytes);
    } catch {
      return undefined; // The decoder's only complaint is that the bytes are not UTF-8.
    }
  }

  u8(address: number): number {
    const at = this.#check(address, 1);
    return this.#view.getUint8(at);
  }

  u16(address: number): number {
    const at = this.#check(address, 2);
    return this.#view.getUint16(at, true);
  }

  u32(address: number): number {
    const at = this.#check(address, 4);
    return this.#view.getUint32(at, true);
  }

  u64(address: number): bigint {
    const at = this.#check(address, 8);
    return this.#view.getBigUint64(at, true);
  }

  setU8(address: number, value: number): void {
    const at = this.#check(address, 1);
    this.#view.setUint8(at, value);
  }

  setU16(address: number, value: number): void {
    const at = this.#check(address, 2);
    this.#view.setUint16(at, value, true);
  }

  setU32(address: number, value: number): void {
    const at = this.#check(address, 4);
    this.#view.setUint32(at, value, true);
  }

  setU64(address: number, value: bigint): void {
    const at = this.#check(address, 8);
    this.#view.setBigUint64(at, value, true);
  }

  /** All of the memory as it is now. */
  whole(): Uint8Array {
    this.#refresh();
    return this.#bytes;
  }

  /** Answers where `address` is. To be called before `#view` is read, for it may replace it. */
  #check(address: number, lengthBytes: number): number {
    const start = address >>> 0;
    const sizeBytes = this.#bytes.length;
    if (sizeBytes === 0 || start + lengthBytes > sizeBytes) {
      // The memory may have grown since: growing detaches the buffer, or leaves it short.
      this.#refresh();
      if (start + lengthBytes > this.#bytes.length) throw fault;
    }
    return start;
  }

  #refresh(): void {
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }
}
