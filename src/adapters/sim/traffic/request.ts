import { assert } from "#core/base";
import type { ByteSource, Turns } from "#core/host";
import type {
  Fields,
  IncomingRequest,
  MessageChannel,
  RequestHead,
  ResponseHead,
} from "#core/host/traffic";
import { CollectingSink, ScriptedSource } from "#adapters/sim";
import { SimulatedChannel } from "./channel.ts";

/** What a simulated request is: what is left out is as of a plain GET. */
export interface SimulatedRequestOptions {
  readonly head?: Partial<RequestHead>;
  /** All of its body; a source to feed; without, it has none. */
  readonly body?: Uint8Array | string | ByteSource;
  readonly isUpgrade?: boolean;
  /** What the sink of its answer takes before it has to wait. */
  readonly roomBytes?: number;
}

/** How a simulated request was answered. */
export type SimulatedAnswer =
  | { readonly kind: "whole"; readonly head: ResponseHead; readonly body: Uint8Array }
  | { readonly kind: "begun"; readonly head: ResponseHead; readonly sink: CollectingSink }
  | { readonly kind: "socket"; readonly fields: Fields }
  | { readonly kind: "abandoned"; readonly why: string };

/** A request from nowhere, whose answer a test reads. */
export class SimulatedRequest implements IncomingRequest {
  readonly head: RequestHead;
  readonly body: ByteSource | undefined;
  readonly isUpgrade: boolean;
  readonly channel: SimulatedChannel;
  readonly #turns: Turns;
  readonly #roomBytes: number | undefined;
  #answer: SimulatedAnswer | undefined;
  #abandonedFor: string | undefined;
  #whenGone: (() => void) | undefined;
  #isGone = false;

  constructor(turns: Turns, options: SimulatedRequestOptions = {}) {
    this.#turns = turns;
    this.#roomBytes = options.roomBytes;
    const { body } = options;
    this.head = {
      method: body === undefined ? "GET" : "POST",
      scheme: "http",
      authority: "sim",
      target: "/",
      fields: [],
      ...options.head,
    };
    this.body =
      typeof body === "string" || body instanceof Uint8Array
        ? new ScriptedSource(turns).feed(body).end()
        : body;
    this.isUpgrade = options.isUpgrade ?? false;
    this.channel = new SimulatedChannel(turns);
  }

  /** The first answer; `undefined` as long as there is none. */
  get answer(): SimulatedAnswer | undefined {
    return this.#answer;
  }

  /** Why it was given up, perhaps after an answer was begun. */
  get abandonedFor(): string | undefined {
    return this.#abandonedFor;
  }

  /** Status and body of the answer so far, as text: for tests. */
  get told(): string {
    const answer = this.#answer;
    switch (answer?.kind) {
      case "whole":
        return `${answer.head.status} ${new TextDecoder().decode(answer.body)}`;
      case "begun":
        return `${answer.head.status} ${answer.sink.text}`;
      case "socket":
        return "101 ";
      case "abandoned":
        return `abandoned: ${answer.why}`;
      case undefined:
        return "";
    }
  }

  /** Whoever sent it goes away. */
  leave(): void {
    this.#isGone = true;
    this.#tellGone();
  }

  respond(head: ResponseHead, body: Uint8Array): void {
    this.#first({ kind: "whole", head, body: body.slice() });
  }

  begin(head: ResponseHead): CollectingSink {
    const room = this.#roomBytes;
    const sink = new CollectingSink(this.#turns, room === undefined ? {} : { roomBytes: room });
    this.#first({ kind: "begun", head, sink });
    return sink;
  }

  accept(fields: Fields): MessageChannel {
    assert(this.isUpgrade, "only what asks for a WebSocket becomes one");
    this.#first({ kind: "socket", fields });
    return this.channel;
  }

  abandon(why: string): void {
    this.#abandonedFor ??= why;
    this.#answer ??= { kind: "abandoned", why };
  }

  whenGone(callback: () => void): void {
    assert(this.#whenGone === undefined, "asked for once");
    this.#whenGone = callback;
    if (this.#isGone) this.#tellGone();
  }

  #first(answer: SimulatedAnswer): void {
    assert(this.#answer === undefined, "a request is answered once");
    this.#answer = answer;
  }

  #tellGone(): void {
    const callback = this.#whenGone;
    if (callback === undefined) return;
    this.#whenGone = () => undefined;
    this.#turns.next(callback);
  }
}
