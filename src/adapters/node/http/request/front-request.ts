import type { Readable } from "node:stream";
import type { ByteSink, ByteSource } from "#core/host";
import type {
  Fields,
  IncomingRequest,
  MessageChannel,
  RequestHead,
  ResponseHead,
} from "#core/host/traffic";
import { type HeadRefusal, type ReadHead, sendableHead, type SendableHead } from "#core/http";
import { BodySource, goneSink, type Patience } from "#adapters/node/body";
import { type AnswerWays, HeldAnswer } from "./held-answer.ts";
import { refusalBody, refusalFields } from "./refusal.ts";
import type { Serving } from "./serving.ts";

/**
 * A request that came by a front, whichever the protocol: answered once, with what may be sent, and
 * in a program's place where that has no answer of use.
 */
export abstract class FrontRequest implements IncomingRequest {
  readonly head: RequestHead;
  abstract readonly body: ByteSource | undefined;
  abstract readonly isUpgrade: boolean;
  protected readonly serving: Serving;
  protected readonly read: ReadHead;
  #isAnswered = false;
  #held: HeldAnswer | undefined = undefined;

  constructor(serving: Serving, read: ReadHead) {
    this.serving = serving;
    this.read = read;
    this.head = read.head;
  }

  /** Whether nobody is there any more to be answered. */
  protected abstract get isLeft(): boolean;
  protected abstract sendWhole(head: SendableHead, body: Uint8Array): void;
  protected abstract sendHead(head: SendableHead): ByteSink;
  /** Part of the answer is out, and it must not be taken for all. */
  protected abstract breakOff(why: string): void;
  /** The client waits with its body until it is asked for it. */
  protected abstract askForBody(): void;
  abstract accept(fields: Fields): MessageChannel;
  abstract whenGone(callback: () => void): void;

  respond(head: ResponseHead, body: Uint8Array): void {
    if (!this.takeTurn()) return;
    const sendable = this.#sendable(head, body.length);
    if (typeof sendable === "string") this.#fail(sendable);
    else this.sendWhole(sendable, body);
  }

  begin(head: ResponseHead): ByteSink {
    if (!this.takeTurn()) return goneSink;
    const sendable = this.#sendable(head, undefined);
    if (typeof sendable !== "string") return (this.#held = new HeldAnswer(sendable, this.#ways));
    this.#fail(sendable);
    return goneSink;
  }

  abandon(why: string): void {
    if (this.takeTurn() || this.#held?.withdraw() === true) this.#fail(why);
    else this.breakOff(why);
  }

  /** Answers in the place of a program that is not asked, or not any more. */
  refuse(refusal: HeadRefusal): void {
    const fields = refusalFields(refusal);
    this.respond({ status: refusal.status, fields }, Buffer.from(refusalBody(refusal)));
  }

  /** The first answer counts; to a client that is gone there is none. */
  protected takeTurn(): boolean {
    if (this.#isAnswered) return false;
    this.#isAnswered = true;
    return !this.isLeft;
  }

  protected bodySource(readable: Readable, patience: Patience): BodySource {
    return new BodySource(readable, {
      bytesMax: this.serving.bounds.bodyBytesMax,
      firstPulled: this.read.isExpecting ? () => this.askForBody() : undefined,
      tooLarge: () => this.#refuseBody(),
      patience,
    });
  }

  get #ways(): AnswerWays {
    return {
      isLeft: () => this.isLeft,
      whole: (head, body) => this.sendWhole(head, body),
      broken: (why) => this.#fail(why),
      begun: (head) => (this.isLeft ? goneSink : this.sendHead(head)),
    };
  }

  #sendable(head: ResponseHead, bodyBytes: number | undefined): SendableHead | string {
    const { names } = this.serving;
    return sendableHead(head, { names, method: this.head.method, bodyBytes, id: this.read.id });
  }

  #fail(why: string): void {
    this.serving.failed(this.read.id, why);
    this.#isAnswered = false;
    this.refuse({ status: 502, why: `no answer of use came, request ${this.read.id}` });
  }

  #refuseBody(): void {
    const why = `a body may have ${this.serving.bounds.bodyBytesMax} bytes`;
    if (this.#isAnswered) this.breakOff(why);
    else this.refuse({ status: 413, why });
  }
}
