import type { ByteSink, ByteSource } from "#core/host";
import type { Fields, MessageChannel, RequestHead, ResponseHead } from "#core/host/traffic";
import { Errno } from "#core/sys";
import { type Refusable, type Refusal, refuse } from "#pool/ingress";
import type { IncomingRequest } from "#core/host/traffic";
import type { KeptExchange } from "./exchange.ts";
import { Pieces } from "./pieces.ts";

/** A body that is longer, of a request or of an answer, is not kept, nor what it is of. */
const bodyBytesMax = 64 * 1024;

/**
 * A request on its way, with an eye on what is read of it and what is answered. What we answer
 * ourselves is nobody's answer, and is not seen.
 */
export class Witness implements Refusable {
  readonly head: RequestHead;
  readonly body: ByteSource | undefined;
  readonly isUpgrade: boolean;
  readonly #request: IncomingRequest;
  readonly #seen: (exchange: KeptExchange) => void;
  readonly #asked = new Pieces(bodyBytesMax);
  readonly #answered = new Pieces(bodyBytesMax);
  #isReadWhole: boolean;
  /** Part of it may be missing. */
  #isCut = false;

  /** `seen` is told once the answer is whole; of what is not, or is too long, never. */
  constructor(request: IncomingRequest, seen: (exchange: KeptExchange) => void) {
    const { body } = request;
    this.head = request.head;
    this.isUpgrade = request.isUpgrade;
    this.#request = request;
    this.#seen = seen;
    this.#isReadWhole = body === undefined;
    this.body = body && this.#watched(body);
  }

  respond(head: ResponseHead, body: Uint8Array): void {
    this.#answered.add(body);
    this.#request.respond(head, body);
    this.#complete(head);
  }

  begin(head: ResponseHead): ByteSink {
    const sink = this.#request.begin(head);
    const tryPush = (bytes: Uint8Array): number | Errno => {
      const taken = sink.tryPush?.(bytes) ?? 0;
      if (taken instanceof Errno) this.#isCut = true;
      else if (taken > 0) this.#answered.add(bytes.subarray(0, taken));
      return taken;
    };
    return {
      push: (bytes, answer) => {
        this.#answered.add(bytes);
        sink.push(bytes, (failed) => {
          if (failed !== undefined) this.#isCut = true;
          answer(failed);
        });
      },
      ...(sink.tryPush === undefined ? {} : { tryPush }),
      close: () => {
        sink.close();
        this.#complete(head);
      },
    };
  }

  accept(fields: Fields): MessageChannel {
    return this.#request.accept(fields);
  }

  abandon(why: string): void {
    this.#isCut = true;
    this.#request.abandon(why);
  }

  refused(refusal: Refusal): void {
    this.#isCut = true;
    refuse(this.#request, refusal);
  }

  whenGone(callback: () => void): void {
    this.#request.whenGone(() => {
      this.#isCut = true;
      callback();
    });
  }

  #watched(body: ByteSource): ByteSource {
    return {
      pull: (bytesMax, answer) =>
        body.pull(bytesMax, (result) => {
          if (result instanceof Uint8Array) this.#asked.add(result);
          else if (result === "end") this.#isReadWhole = true;
          answer(result);
        }),
      close: () => body.close(),
    };
  }

  #complete(head: ResponseHead): void {
    if (this.#isCut || !this.#isReadWhole || this.#asked.isOver || this.#answered.isOver) return;
    const body = this.body === undefined ? undefined : this.#asked.all();
    this.#seen({ head: this.head, body, answer: { head, body: this.#answered.all() } });
  }
}
