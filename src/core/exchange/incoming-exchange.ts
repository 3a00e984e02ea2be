import type { Fields, IncomingRequest, ResponseHead } from "#core/host/traffic";
import { InputStream, OutputStream } from "#core/stream";
import { errno, type Errno } from "#core/sys";
import { MessageLine } from "./message-line.ts";
import type { PassedAnswer } from "./passed-answer.ts";

/** A request that a process serves. */
export class IncomingExchange {
  readonly kind = "incoming";
  readonly number: number;
  readonly request: IncomingRequest;
  readonly #whenGone: (exchange: IncomingExchange) => void;
  #isWatched = false;
  #isGone = false;
  #isAnswered = false;
  #isFinished = false;
  #input: InputStream | undefined = undefined;
  #output: OutputStream | undefined = undefined;
  #messages: MessageLine | undefined = undefined;
  /** What answers it in the process's place. */
  #passed: PassedAnswer | undefined = undefined;

  constructor(
    number: number,
    request: IncomingRequest,
    whenGone: (exchange: IncomingExchange) => void,
  ) {
    this.number = number;
    this.request = request;
    this.#whenGone = whenGone;
  }

  /** The body of the request; `undefined` where there is none. */
  get input(): InputStream | undefined {
    const { body } = this.request;
    if (body === undefined) return undefined;
    return (this.#input ??= new InputStream(body));
  }

  /** The body of the answer, while it may be written to. */
  get output(): OutputStream | undefined {
    return this.#isFinished ? undefined : this.#output;
  }

  /** The WebSocket it has become. */
  get messages(): MessageLine | undefined {
    return this.#messages;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /**
   * From now on it learns when whoever sent it goes away. That can only happen while the process
   * waits, so a request that is answered at once never asks.
   */
  watch(): void {
    if (this.#isWatched || this.#isAnswered) return;
    this.#isWatched = true;
    this.request.whenGone(() => {
      this.#passed?.leave();
      if (this.#isFinished) return;
      this.#isGone = true;
      this.#whenGone(this);
    });
  }

  /** Answers with all there is. EALREADY for a second answer, EPIPE when nobody waits for it. */
  respond(head: ResponseHead, body: Uint8Array): Errno | undefined {
    const refused = this.refusal;
    if (refused !== undefined) return refused;
    this.#isAnswered = true;
    this.#isFinished = true;
    this.request.respond(head, body);
    return undefined;
  }

  /** Begins an answer whose body is still to come; as `respond`. */
  begin(head: ResponseHead): OutputStream | Errno {
    const refused = this.refusal;
    if (refused !== undefined) return refused;
    this.#isAnswered = true;
    this.#output = new OutputStream(this.request.begin(head));
    return this.#output;
  }

  /** Why it cannot be answered any more, if it cannot: EALREADY, or EPIPE when nobody waits. */
  get refusal(): Errno | undefined {
    if (this.#isAnswered) return errno.EALREADY;
    return this.#isGone ? errno.EPIPE : undefined;
  }

  /** It is answered without the process from now on. Expects that nothing is in the way. */
  pass(passed: PassedAnswer): void {
    this.#passed = passed;
    this.watch();
    this.#isAnswered = true;
    this.#isFinished = true;
    this.#closeInput();
  }

  /** Makes it a WebSocket; EINVAL when it does not ask for one, and as `respond`. */
  accept(fields: Fields): Errno | undefined {
    const refused = this.refusal;
    if (refused !== undefined) return refused;
    if (!this.request.isUpgrade) return errno.EINVAL;
    this.#isAnswered = true;
    this.#messages = new MessageLine(this.request.accept(fields));
    return undefined;
  }

  /** The body of the answer is complete, or the WebSocket is closed well. */
  finish(): Errno | undefined {
    if (this.#messages !== undefined) return this.#messages.close(1000, "");
    if (!this.#isAnswered) return errno.ENOTCONN;
    if (this.#isFinished) return errno.EALREADY;
    this.#isFinished = true;
    this.#output?.close();
    return undefined;
  }

  /** The process is done with it: what is not complete is given up. */
  close(why: string): void {
    this.#closeInput();
    if (this.#messages !== undefined) {
      this.#messages.close(1001, "");
    } else if (!this.#isFinished) {
      this.#output?.drop(errno.EPIPE);
      this.request.abandon(why);
    }
    this.#isFinished = true;
  }

  #closeInput(): void {
    if (this.#input !== undefined) this.#input.close();
    else this.request.body?.close();
  }
}
