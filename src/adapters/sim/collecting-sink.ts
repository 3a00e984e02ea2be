import { assert, ByteWriter } from "#core/base";
import type { ByteSink, Turns } from "#core/host";
import type { Errno } from "#core/sys";

const decoder = new TextDecoder();

/**
 * A sink that keeps what it is given. With a bounded room a push waits until the test calls
 * `drain`; after `fail`, every push answers that error.
 */
export class CollectingSink implements ByteSink {
  readonly #turns: Turns;
  readonly #taken = new ByteWriter();
  #roomBytes: number;
  #failure: Errno | undefined;
  #isClosed = false;
  #push: { rest: Uint8Array; readonly answer: (failed: Errno | undefined) => void } | undefined;

  constructor(turns: Turns, options: { readonly roomBytes?: number } = {}) {
    this.#turns = turns;
    this.#roomBytes = options.roomBytes ?? Infinity;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** A copy of all that was taken. */
  get bytes(): Uint8Array {
    return this.#taken.toBytes();
  }

  get text(): string {
    return decoder.decode(this.#taken.peek());
  }

  /** Makes room for `bytes` more: somebody has read them at the other end. */
  drain(bytes: number): void {
    this.#roomBytes += bytes;
    this.#turns.next(() => this.#answer());
  }

  /** From now on nothing can be delivered. */
  fail(why: Errno): void {
    this.#failure = why;
    this.#turns.next(() => this.#answer());
  }

  tryPush(bytes: Uint8Array): number | Errno {
    assert(this.#push === undefined, "one push at a time");
    return this.#failure ?? this.#take(bytes);
  }

  push(bytes: Uint8Array, answer: (failed: Errno | undefined) => void): void {
    assert(this.#push === undefined, "one push at a time");
    this.#push = { rest: bytes, answer };
    this.#turns.next(() => this.#answer());
  }

  close(): void {
    this.#isClosed = true;
  }

  #take(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, this.#roomBytes);
    this.#taken.raw(bytes.subarray(0, count));
    this.#roomBytes -= count;
    return count;
  }

  #answer(): void {
    const push = this.#push;
    if (push === undefined) return;
    if (this.#failure === undefined) push.rest = push.rest.subarray(this.#take(push.rest));
    if (this.#failure === undefined && push.rest.length > 0) return;
    this.#push = undefined;
    push.answer(this.#failure);
  }
}
