import { assert, type SeededRandom } from "#core/base";
import type { ByteSource, SourceAnswer, Turns } from "#core/host";
import type { Errno } from "#core/sys";

const encoder = new TextEncoder();

/**
 * A source a test feeds. What is fed before anybody pulls waits; `fail` and `end` come after all
 * that was fed. With `shortReads`, an answer holds any number of the bytes that are there.
 */
export class ScriptedSource implements ByteSource {
  readonly #turns: Turns;
  readonly #shortReads: SeededRandom | undefined;
  #waiting: Uint8Array = new Uint8Array(0);
  #final: "end" | Errno | undefined;
  #pull: { readonly bytesMax: number; readonly answer: (result: SourceAnswer) => void } | undefined;
  #isClosed = false;

  constructor(turns: Turns, options: { readonly shortReads?: SeededRandom | undefined } = {}) {
    this.#turns = turns;
    this.#shortReads = options.shortReads;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Adds bytes, or a text as UTF-8, behind what was fed before. */
  feed(more: Uint8Array | string): this {
    assert(this.#final === undefined, "nothing comes after the end of a stream");
    const bytes = typeof more === "string" ? encoder.encode(more) : more;
    const joined = new Uint8Array(this.#waiting.length + bytes.length);
    joined.set(this.#waiting);
    joined.set(bytes, this.#waiting.length);
    this.#waiting = joined;
    this.#turns.next(() => this.#answer());
    return this;
  }

  end(): this {
    this.#final = "end";
    this.#turns.next(() => this.#answer());
    return this;
  }

  fail(why: Errno): this {
    this.#final = why;
    this.#turns.next(() => this.#answer());
    return this;
  }

  pull(bytesMax: number, answer: (result: SourceAnswer) => void): void {
    assert(this.#pull === undefined, "one request at a time");
    assert(bytesMax > 0, "a pull asks for one byte at least");
    this.#pull = { bytesMax, answer };
    this.#turns.next(() => this.#answer());
  }

  close(): void {
    this.#isClosed = true;
    this.#pull = undefined;
  }

  #answer(): void {
    const pull = this.#pull;
    const result = pull && this.#take(pull.bytesMax);
    if (pull === undefined || result === undefined) return;
    this.#pull = undefined;
    pull.answer(result);
  }

  #take(bytesMax: number): SourceAnswer | undefined {
    const waiting = this.#waiting;
    if (waiting.length === 0) return this.#final;
    const most = Math.min(bytesMax, waiting.length);
    const count = this.#shortReads === undefined ? most : 1 + this.#shortReads.below(most);
    this.#waiting = waiting.subarray(count);
    return waiting.slice(0, count);
  }
}
