import type { Readable } from "node:stream";
import { assert } from "#core/base";
import type { ByteSource, SourceAnswer } from "#core/host";
import { errno, type Errno } from "#core/sys";
import type { Patience } from "./patience.ts";

type Pulled = (result: SourceAnswer) => void;

/** What a body may be, and who is told of it. */
export interface BodyRules {
  readonly bytesMax: number;
  /** The client is asked for the body first. */
  readonly firstPulled?: (() => void) | undefined;
  /** More came than may; nothing of it is handed on. */
  readonly tooLarge?: (() => void) | undefined;
  readonly patience?: Patience | undefined;
  /** Whoever read it wants no more of it. */
  readonly closed?: (() => void) | undefined;
}

/**
 * The body of a message as it comes. Node reads one buffer ahead and then leaves the bytes to the
 * system, so that a sender waits for a program that does not read. Answers EFBIG past `bytesMax`,
 * ECONNRESET when the sender is gone before the end.
 */
export class BodySource implements ByteSource {
  readonly #readable: Readable;
  readonly #rules: BodyRules;
  #pull: { readonly bytesMax: number; readonly answer: Pulled } | undefined;
  #failed: Errno | undefined;
  #isEnded = false;
  #isListening = false;
  #takenBytes = 0;

  constructor(readable: Readable, rules: BodyRules) {
    this.#readable = readable;
    this.#rules = rules;
  }

  pull(bytesMax: number, answer: Pulled): void {
    assert(this.#pull === undefined, "one request at a time");
    this.#pull = { bytesMax, answer };
    this.#rules.patience?.begin();
    if (!this.#isListening) this.#listen();
    setImmediate(() => this.#read());
  }

  close(): void {
    this.fail(errno.EPIPE);
    if (!this.#isEnded) this.#rules.closed?.();
  }

  /** What is pulled from now on is answered so, and so is who waits. */
  fail(failed: Errno): void {
    this.#failed ??= failed;
    if (this.#pull !== undefined) setImmediate(() => this.#read());
  }

  /** Bytes start to come with the first listener, so that comes with the first pull. */
  #listen(): void {
    this.#isListening = true;
    this.#rules.firstPulled?.();
    const readable = this.#readable;
    readable.on("readable", () => {
      // At the end there is nothing to take, and only a reading makes the stream say so.
      if (readable.readableLength === 0) readable.read();
      this.#read();
    });
    readable.on("end", () => this.#end());
    readable.on("error", () => this.fail(errno.ECONNRESET));
    readable.on("close", () => this.#closed());
    if (readable.readableEnded) this.#isEnded = true;
    else if (readable.destroyed) this.#failed ??= errno.ECONNRESET;
  }

  #end(): void {
    this.#isEnded = true;
    this.#read();
  }

  #closed(): void {
    if (!this.#isEnded) this.fail(errno.ECONNRESET);
  }

  #read(): void {
    const pull = this.#pull;
    if (pull === undefined) return;
    const result = this.#take(pull.bytesMax);
    if (result === undefined) return;
    this.#pull = undefined;
    this.#rules.patience?.end();
    pull.answer(result);
  }

  #take(bytesMax: number): SourceAnswer | undefined {
    if (this.#failed !== undefined) return this.#failed;
    const buffered = this.#readable.readableLength;
    if (buffered > 0) {
      const bytes: unknown = this.#readable.read(Math.min(bytesMax, buffered));
      if (bytes instanceof Uint8Array) return this.#count(bytes);
    }
    if (this.#isEnded) return "end";
    // The end may have come with the last bytes; only a reading past them makes the stream say so.
    this.#readable.read(0);
    return undefined;
  }

  #count(bytes: Uint8Array): Uint8Array | Errno {
    this.#takenBytes += bytes.length;
    if (this.#takenBytes <= this.#rules.bytesMax) return bytes;
    this.#failed = errno.EFBIG;
    this.#rules.tooLarge?.();
    return errno.EFBIG;
  }
}
