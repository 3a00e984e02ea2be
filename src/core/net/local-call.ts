import type { ByteSink, ByteSource, Timer, Turns } from "#core/host";
import type {
  IncomingRequest,
  MessageChannel,
  OutgoingRequest,
  RequestHead,
  ResponseHead,
} from "#core/host/traffic";
import { assert } from "#core/base";
import { allowsBody } from "#core/http";
import { content, Relay } from "#core/stream";
import { errno, type Errno } from "#core/sys";

const nothing = new Uint8Array(0);

const isLength = (name: string): boolean => name.toLowerCase() === "content-length";

/** Takes all, and keeps none of it. */
const discarded: ByteSink = {
  push: (_bytes, answer) => void Promise.resolve().then(() => answer(undefined)),
  tryPush: (bytes) => bytes.length,
  close: () => undefined,
};

/**
 * A request from one process of an executor to another: what the one made is what the other gets.
 * Bodies go from hand to hand, a piece at a time.
 */
export class LocalCall implements OutgoingRequest {
  readonly body: ByteSink | undefined;
  /** The request as whoever answers it sees it. */
  readonly incoming: IncomingRequest;
  readonly #requested: Relay | undefined;
  readonly #responded = new Relay();
  readonly #deadline: Timer | undefined;
  #response: ByteSource = this.#responded.source;
  #result: ResponseHead | Errno | undefined = undefined;
  #whenAnswered: ((result: ResponseHead | Errno) => void) | undefined = undefined;
  #whenGone: (() => void) | undefined = undefined;
  #isGone = false;

  constructor(
    head: RequestHead,
    options: {
      readonly hasBody: boolean;
      readonly deadlineNs: number;
      readonly turns: Pick<Turns, "after">;
    },
  ) {
    const { hasBody, deadlineNs, turns } = options;
    this.#requested = hasBody ? new Relay() : undefined;
    this.body = this.#requested?.sink;
    this.incoming = {
      head,
      body: this.#requested?.source,
      isUpgrade: false,
      respond: (answer, bytes) => this.#respond(answer, bytes),
      begin: (answer) => this.#begin(answer),
      accept: () => this.#refuseUpgrade(),
      abandon: () => this.#fail(errno.ECONNRESET),
      whenGone: (callback) => this.#tellWhenGone(callback),
    };
    if (Number.isFinite(deadlineNs)) {
      this.#deadline = turns.after(deadlineNs, () => this.#leave(errno.ETIMEDOUT));
    }
  }

  get response(): ByteSource {
    return this.#response;
  }

  whenAnswered(answer: (result: ResponseHead | Errno) => void): void {
    const result = this.#result;
    if (result === undefined) this.#whenAnswered = answer;
    else void Promise.resolve().then(() => answer(result));
  }

  /** Nobody takes it, for this reason. */
  refuse(why: Errno): void {
    this.#fail(why);
  }

  cancel(): void {
    this.#leave(errno.ECONNRESET);
  }

  #respond(head: ResponseHead, bytes: Uint8Array): void {
    this.#response = content(this.#allowsBody(head) ? bytes.slice() : nothing);
    this.#answer(head);
  }

  /** Where an answer has no body nobody gets one, whatever whoever answers has. */
  #begin(head: ResponseHead): ByteSink {
    const hasBody = this.#allowsBody(head);
    if (!hasBody) this.#response = content(nothing);
    this.#answer(head);
    return hasBody ? this.#asPromised(head) : discarded;
  }

  /** What is not as long as its head says is not to look whole. */
  #asPromised({ fields }: ResponseHead): ByteSink {
    const { sink } = this.#responded;
    const at = fields.findIndex((text, index) => index % 2 === 0 && isLength(text));
    if (at < 0) return sink;
    let leftBytes = Number(fields[at + 1]);
    return {
      push: (bytes, answer) => {
        leftBytes -= bytes.length;
        sink.push(bytes, answer);
      },
      close: () => {
        if (leftBytes === 0) sink.close();
        else this.#fail(errno.ECONNRESET);
      },
    };
  }

  #allowsBody({ status }: ResponseHead): boolean {
    return allowsBody(this.incoming.head.method, status);
  }

  #answer(result: ResponseHead | Errno): void {
    if (this.#result !== undefined) return;
    this.#result = result;
    this.#deadline?.cancel();
    const tell = this.#whenAnswered;
    if (tell !== undefined) void Promise.resolve().then(() => tell(result));
  }

  #fail(why: Errno): void {
    this.#answer(why);
    this.#responded.fail(why);
    this.#requested?.fail(why);
  }

  /** Nobody waits for it any more. */
  #leave(why: Errno): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#deadline?.cancel();
    this.#fail(why);
    this.#whenGone?.();
  }

  #tellWhenGone(callback: () => void): void {
    if (this.#isGone) void Promise.resolve().then(callback);
    else this.#whenGone = callback;
  }

  #refuseUpgrade(): MessageChannel {
    assert(false, "a call inside never asks for a WebSocket");
  }
}
