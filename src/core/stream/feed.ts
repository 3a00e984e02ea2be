import { ByteQueue } from "#core/base";
import type { ByteSource, SourceAnswer } from "#core/host";

const feedBytesMax = 1024 * 1024;
const encoder = new TextEncoder();

/** A source that gives `bytes`, and then the end. */
export function content(bytes: Uint8Array | string): ByteSource {
  if (bytes.length === 0) return noContent;
  return new Content(typeof bytes === "string" ? encoder.encode(bytes) : bytes);
}

class Content implements ByteSource {
  #rest: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#rest = bytes;
  }

  pull(bytesMax: number, answer: (result: SourceAnswer) => void): void {
    const result = this.tryPull(bytesMax);
    void Promise.resolve().then(() => answer(result));
  }

  tryPull(bytesMax: number): Uint8Array | "end" {
    const rest = this.#rest;
    if (rest.length === 0) return "end";
    this.#rest = rest.subarray(bytesMax);
    return rest.length <= bytesMax ? rest : rest.subarray(0, bytesMax);
  }

  close(): void {
    this.#rest = this.#rest.subarray(this.#rest.length);
  }
}

/** The stdin of most processes, one for all of them: there is nothing to remember. */
const noContent: ByteSource = new Content(new Uint8Array(0));

/** A source that somebody in this program feeds; it holds up to 1 MiB that was not read yet. */
export class Feed implements ByteSource {
  readonly #queue = new ByteQueue(feedBytesMax);
  #isEnded = false;
  #asked:
    | { readonly bytesMax: number; readonly answer: (result: SourceAnswer) => void }
    | undefined = undefined;
  #whenRead: ((isRoom: boolean) => void)[] | undefined = undefined;

  /** Takes as many bytes as there is room for, and answers how many. */
  write(content: Uint8Array | string): number {
    const bytes = typeof content === "string" ? encoder.encode(content) : content;
    const taken = this.#isEnded ? 0 : this.#queue.push(bytes);
    this.#serve();
    return taken;
  }

  /** Settles when there is room again; with `false` when nothing more is ever taken. */
  room(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    if (this.#queue.roomBytes > 0 || this.#isEnded) resolve(!this.#isEnded);
    else (this.#whenRead ??= []).push(resolve);
    return promise;
  }

  /** The reader finds the end after what was written. */
  end(): void {
    this.#isEnded = true;
    this.#serve();
  }

  pull(bytesMax: number, answer: (result: SourceAnswer) => void): void {
    this.#asked = { bytesMax, answer };
    this.#serve();
  }

  close(): void {
    this.#isEnded = true;
    this.#asked = undefined;
    this.#queue.skip(this.#queue.lengthBytes);
    this.#roomMade();
  }

  #serve(): void {
    const asked = this.#asked;
    if (asked === undefined || (this.#queue.lengthBytes === 0 && !this.#isEnded)) return;
    this.#asked = undefined;
    let result: SourceAnswer = "end";
    if (this.#queue.lengthBytes > 0) {
      result = new Uint8Array(Math.min(asked.bytesMax, this.#queue.lengthBytes));
      this.#queue.shift(result);
    }
    void Promise.resolve().then(() => {
      asked.answer(result);
      this.#roomMade();
    });
  }

  #roomMade(): void {
    const waiting = this.#whenRead ?? [];
    this.#whenRead = undefined;
    for (const resolve of waiting) resolve(!this.#isEnded);
  }
}
