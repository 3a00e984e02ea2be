import type { OutgoingRequest, ResponseHead } from "#core/host/traffic";
import { InputStream, OutputStream, WaitQueue } from "#core/stream";
import { errno, Errno } from "#core/sys";
import type { PassedAnswer } from "./passed-answer.ts";

/** A request that a process made. */
export class OutgoingExchange {
  readonly kind = "outgoing";
  readonly number: number;
  /** Woken when the head of the response is there. */
  readonly answered: WaitQueue = new WaitQueue();
  readonly request: OutgoingRequest;
  readonly #output: OutputStream | undefined;
  #head: ResponseHead | Errno | undefined = undefined;
  #input: InputStream | undefined = undefined;
  #isFinished: boolean;
  #isClosed = false;
  #passed: PassedAnswer | undefined = undefined;

  constructor(number: number, request: OutgoingRequest) {
    this.number = number;
    this.request = request;
    this.#output = request.body === undefined ? undefined : new OutputStream(request.body);
    this.#isFinished = this.#output === undefined;
    request.whenAnswered((result) => {
      if (this.#isClosed || this.#head !== undefined) return;
      this.#head = result;
      if (this.#passed === undefined) this.answered.wake();
      else this.#passed.answered(result);
    });
  }

  /** What came of it; `undefined` as long as nothing did. */
  get head(): ResponseHead | Errno | undefined {
    return this.#head;
  }

  /** The body of the response, once its head is there; why there is none. */
  get input(): InputStream | Errno | undefined {
    if (this.#head === undefined || this.#head instanceof Errno) return this.#head;
    return (this.#input ??= new InputStream(this.request.response));
  }

  /** The body of the request, while it may be written to. */
  get output(): OutputStream | undefined {
    return this.#isFinished ? undefined : this.#output;
  }

  /** The body of the request is complete. */
  finish(): Errno | undefined {
    if (this.#isFinished) return errno.EALREADY;
    this.#isFinished = true;
    this.#output?.close();
    return undefined;
  }

  /** Whether something of the response's body was asked for. */
  get isRead(): boolean {
    return this.#input !== undefined;
  }

  /** What comes of it is not the process's any more. Expects that its own body is complete. */
  pass(passed: PassedAnswer): void {
    this.#passed = passed;
    if (this.#head !== undefined) passed.answered(this.#head);
  }

  /** Nobody wants what it is for any more: it is given up, and who waits for it learns why. */
  cancel(why: Errno): void {
    this.request.cancel();
    if (!this.#isFinished) this.#output?.drop(errno.EPIPE);
    this.#input?.fail(why);
    if (this.#head !== undefined) return;
    this.#head = why;
    this.answered.wake();
  }

  /** The process is done with it. */
  close(): void {
    this.#isClosed = true;
    if (!this.#isFinished) this.#output?.drop(errno.EPIPE);
    this.#isFinished = true;
    this.#input?.close();
    // Of a response that was read to its end nothing is left to be cancelled, which is harmless.
    this.request.cancel();
  }
}
