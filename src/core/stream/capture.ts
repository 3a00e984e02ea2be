import type { ByteSink } from "#core/host";
import type { Errno } from "#core/sys";

const captureBytesMax = 1024 * 1024;
const decoder = new TextDecoder();

/** A sink that keeps the last bytes it was given, up to a bound. */
export class Capture implements ByteSink {
  readonly #bytesMax: number;
  #chunks: Uint8Array[] = [];
  #keptBytes = 0;
  #totalBytes = 0;

  constructor(bytesMax: number = captureBytesMax) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes it was given in all, also those it let go of. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  tryPush(bytes: Uint8Array): number {
    this.#chunks.push(bytes.slice());
    this.#totalBytes += bytes.length;
    this.#keptBytes += bytes.length;
    if (this.#keptBytes > 2 * this.#bytesMax) this.#trim();
    return bytes.length;
  }

  push(bytes: Uint8Array, answer: (failed: Errno | undefined) => void): void {
    this.tryPush(bytes);
    void Promise.resolve().then(() => answer(undefined));
  }

  /** Nothing to do: what was kept can still be read. */
  close(): void {
    this.#trim();
  }

  bytes(): Uint8Array {
    this.#trim();
    return this.#chunks[0] ?? new Uint8Array(0);
  }

  /** What was kept as text; bytes that are not UTF-8 show as replacement characters. */
  text(): string {
    return decoder.decode(this.bytes());
  }

  #trim(): void {
    if (this.#chunks.length <= 1 && this.#keptBytes <= this.#bytesMax) return;
    const all = new Uint8Array(this.#keptBytes);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    const kept = all.slice(Math.max(0, all.length - this.#bytesMax));
    this.#chunks = [kept];
    this.#keptBytes = kept.length;
  }
}
