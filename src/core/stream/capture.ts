import type { ByteSink } from "#core/host";
import type { Errno } from "#core/sys";

const captureBytesMax = 1024 * 1024;
const bufferBytesMin = 256;
const nothing = new Uint8Array(0);
const decoder = new TextDecoder();

/** A sink that keeps the last bytes it was given, up to a bound. */
export class Capture implements ByteSink {
  readonly #bytesMax: number;
  /** Grows to twice the bound; then its older half goes. */
  #buffer: Uint8Array = nothing;
  #length = 0;
  #totalBytes = 0;

  constructor(bytesMax: number = captureBytesMax) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes it was given in all, also those it let go of. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  tryPush(bytes: Uint8Array): number {
    const last = bytes.subarray(Math.max(0, bytes.length - this.#bytesMax));
    if (this.#length + last.length > 2 * this.#bytesMax) this.#trim();
    this.#reserve(this.#length + last.length);
    this.#buffer.set(last, this.#length);
    this.#length += last.length;
    this.#totalBytes += bytes.length;
    return bytes.length;
  }

  push(bytes: Uint8Array, answer: (failed: Errno | undefined) => void): void {
    this.tryPush(bytes);
    void Promise.resolve().then(() => answer(undefined));
  }

  /** Nothing to do: what was kept can still be read. */
  close(): void {}

  /** A copy of what was kept. */
  bytes(): Uint8Array {
    return this.#buffer.slice(Math.max(0, this.#length - this.#bytesMax), this.#length);
  }

  /** What was kept as text; bytes that are not UTF-8 show as replacement characters. */
  text(): string {
    return decoder.decode(this.bytes());
  }

  #trim(): void {
    const surplusBytes = Math.max(0, this.#length - this.#bytesMax);
    this.#buffer.copyWithin(0, surplusBytes, this.#length);
    this.#length -= surplusBytes;
  }

  #reserve(neededBytes: number): void {
    if (neededBytes <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(neededBytes, this.#buffer.length * 2, bufferBytesMin));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}
