import type { ByteSink, SourceAnswer } from "#core/host";
import type { IncomingRequest, OutgoingRequest, ResponseHead } from "#core/host/traffic";
import { Errno } from "#core/sys";

/** What goes from one side to the other at once. */
const pieceBytesMax = 64 * 1024;
const nothing = new Uint8Array(0);

export interface PassedAnswerOptions {
  /** In the place of the one that comes. */
  readonly head: ResponseHead | undefined;
  /** So many bytes went by. */
  readonly carried: (bytes: number) => void;
  /** Nothing of it is left. */
  readonly over: () => void;
}

/**
 * The answer to a request that a process made, on its way to become the answer to one that it
 * serves, without the process: what is there goes on in the same turn, and what comes later, a
 * piece at a time.
 */
export class PassedAnswer {
  readonly #request: IncomingRequest;
  readonly #call: OutgoingRequest;
  readonly #options: PassedAnswerOptions;
  #sink: ByteSink | undefined = undefined;
  #isOver = false;

  constructor(request: IncomingRequest, call: OutgoingRequest, options: PassedAnswerOptions) {
    this.#request = request;
    this.#call = call;
    this.#options = options;
  }

  /** The head of the answer is there, or there is none for this reason. */
  answered(result: ResponseHead | Errno): void {
    if (this.#isOver) return;
    if (result instanceof Errno) return this.#fail(result);
    const head = this.#options.head ?? result;
    const { response } = this.#call;
    const first = response.tryPull?.(pieceBytesMax);
    if (first instanceof Errno) return this.#fail(first);
    const second = first instanceof Uint8Array ? response.tryPull?.(pieceBytesMax) : first;
    if (second === "end") {
      const body = first instanceof Uint8Array ? first : nothing;
      this.#options.carried(body.length);
      this.#request.respond(head, body);
      return this.#end();
    }
    this.#sink = this.#request.begin(head);
    if (first instanceof Uint8Array && !this.#hand(first, second)) return;
    if (second === undefined) this.#next();
    else this.#take(second);
  }

  /** Whoever waited for it has gone. */
  leave(): void {
    this.#end();
  }

  /** The process has ended, and with it all that it has. */
  abandon(why: string): void {
    if (this.#isOver) return;
    this.#request.abandon(why);
    this.#end();
  }

  /** Asks for more, for as long as it is there and taken at once. */
  #next(): void {
    const { response } = this.#call;
    while (!this.#isOver) {
      const known = response.tryPull?.(pieceBytesMax);
      if (known === undefined) return response.pull(pieceBytesMax, (result) => this.#take(result));
      if (!(known instanceof Uint8Array)) return this.#take(known);
      if (!this.#hand(known, undefined)) return;
    }
  }

  #take(result: SourceAnswer): void {
    if (this.#isOver) return;
    if (result instanceof Errno) return this.#fail(result);
    if (result === "end") {
      this.#sink?.close();
      return this.#end();
    }
    if (this.#hand(result, undefined)) this.#next();
  }

  /**
   * Hands on a piece, and after it what was found behind it. Answers `false` where that is not
   * done at once: then it goes on by itself.
   */
  #hand(piece: Uint8Array, behind: SourceAnswer | undefined): boolean {
    const sink = this.#sink;
    if (sink === undefined) return false;
    this.#options.carried(piece.length);
    const taken = sink.tryPush?.(piece) ?? 0;
    if (taken instanceof Errno) {
      this.#end();
      return false;
    }
    if (taken === piece.length) return true;
    sink.push(piece.subarray(taken), (failed) => {
      if (failed !== undefined) return this.#end();
      if (behind === undefined) this.#next();
      else this.#take(behind);
    });
    return false;
  }

  #fail(why: Errno): void {
    this.abandon(`what it passes on did not come: ${why.name}`);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // Of an answer that came to its end nothing is left to be cancelled, which is harmless.
    this.#call.cancel();
    this.#options.over();
  }
}
