import type { ByteSink, ByteSource } from "#core/host";
import type {
  Fields,
  IncomingRequest,
  MessageChannel,
  RequestHead,
  ResponseHead,
} from "#core/host/traffic";

/**
 * A request that may have to be taken to another executor than the first: for each who has it in
 * turn it is as if nobody had had it before.
 */
export class Traveller implements IncomingRequest {
  /** Whom it is for. */
  readonly key: string;
  /** Whether another executor handed it on already: then it stays here. */
  readonly isHandedOn: boolean;
  /** How often whoever had it was lost. */
  losses = 0;
  readonly #request: IncomingRequest;
  #whenGone: (() => void) | undefined = undefined;
  #isGone = false;

  constructor(
    request: IncomingRequest,
    { key, isHandedOn }: { readonly key: string; readonly isHandedOn: boolean },
  ) {
    this.#request = request;
    this.key = key;
    this.isHandedOn = isHandedOn;
    request.whenGone(() => {
      this.#isGone = true;
      this.#whenGone?.();
    });
  }

  get head(): RequestHead {
    return this.#request.head;
  }

  get body(): ByteSource | undefined {
    return this.#request.body;
  }

  get isUpgrade(): boolean {
    return this.#request.isUpgrade;
  }

  respond(head: ResponseHead, body: Uint8Array): void {
    this.#request.respond(head, body);
  }

  begin(head: ResponseHead): ByteSink {
    return this.#request.begin(head);
  }

  accept(fields: Fields): MessageChannel {
    return this.#request.accept(fields);
  }

  abandon(why: string): void {
    this.#request.abandon(why);
  }

  /** Of those who had it, the last is told. */
  whenGone(callback: () => void): void {
    this.#whenGone = callback;
    if (this.#isGone) queueMicrotask(callback);
  }
}
