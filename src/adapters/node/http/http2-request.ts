import { constants, type ServerHttp2Stream } from "node:http2";
import type { ByteSink, ByteSource } from "#core/host";
import type {
  IncomingRequest,
  MessageChannel,
  RequestHead,
  ResponseHead,
} from "#core/host/traffic";
import { type HeadRefusal, type ReadHead, sendableHead, type SendableHead } from "#core/http";
import { errno } from "#core/sys";
import type { Serving } from "./serving.ts";
import { BodySink, BodySource, Patience, goneSink } from "#adapters/node/body";
import { goneChannel } from "#adapters/node/web-socket";
import { refusalBody, refusalFields } from "./refusal.ts";

/** A request of HTTP/2: one stream of a connection that has many. */
export class Http2Request implements IncomingRequest {
  readonly head: RequestHead;
  readonly body: ByteSource | undefined;
  /** A WebSocket is asked for over HTTP/1.1: for it a browser makes a connection of its own. */
  readonly isUpgrade = false;
  readonly #serving: Serving;
  readonly #read: ReadHead;
  readonly #stream: ServerHttp2Stream;
  readonly #source: BodySource | undefined;
  readonly #patience: Patience;
  #isAnswered = false;

  constructor(serving: Serving, read: ReadHead, stream: ServerHttp2Stream) {
    this.#serving = serving;
    this.#read = read;
    this.#stream = stream;
    this.head = read.head;
    this.#patience = new Patience(stream, serving.bounds.stallMs);
    stream.on("timeout", () => stream.destroy(new Error("the client takes nothing")));
    this.#source = read.bodyBytes === 0 ? undefined : this.#bodySource();
    this.body = this.#source;
  }

  respond(head: ResponseHead, body: Uint8Array): void {
    if (!this.#takeTurn()) return;
    const sendable = this.#sendable(head, body.length);
    if (typeof sendable === "string") return this.#fail(sendable);
    const isEmpty = !sendable.hasBody || body.length === 0;
    sendHead(this.#stream, sendable, isEmpty);
    if (!isEmpty) this.#sendWhole(body);
    this.#discardRest();
  }

  begin(head: ResponseHead): ByteSink {
    if (!this.#takeTurn()) return goneSink;
    const sendable = this.#sendable(head, undefined);
    if (typeof sendable === "string") {
      this.#fail(sendable);
      return goneSink;
    }
    sendHead(this.#stream, sendable, !sendable.hasBody);
    return new BodySink(this.#stream, {
      bodyBytes: sendable.bodyBytes,
      isSilent: !sendable.hasBody,
      broken: (why) => this.#breakOff(why),
      ended: () => {
        this.#stream.end();
        this.#discardRest();
      },
      patience: this.#patience,
    });
  }

  accept(): MessageChannel {
    return goneChannel;
  }

  abandon(why: string): void {
    if (this.#takeTurn()) this.#fail(why);
    else this.#breakOff(why);
  }

  whenGone(callback: () => void): void {
    const stream = this.#stream;
    if (isTakenBack(stream)) return void setImmediate(callback);
    // What is taken back counts as finished for Node; how it ended tells the difference.
    stream.once("close", () => {
      if (isTakenBack(stream)) setImmediate(callback);
    });
  }

  /** Answers in the place of a program that is not asked, or not any more. */
  refuse(refusal: HeadRefusal): void {
    const fields = refusalFields(refusal);
    this.respond({ status: refusal.status, fields }, Buffer.from(refusalBody(refusal)));
  }

  #takeTurn(): boolean {
    if (this.#isAnswered) return false;
    this.#isAnswered = true;
    return !this.#stream.destroyed && !this.#stream.closed;
  }

  /** The client is to take it in time. */
  #sendWhole(body: Uint8Array): void {
    this.#patience.begin();
    this.#stream.end(Buffer.from(body), () => this.#patience.end());
  }

  #sendable(head: ResponseHead, bodyBytes: number | undefined): SendableHead | string {
    const { names } = this.#serving;
    return sendableHead(head, { names, method: this.head.method, bodyBytes, id: this.#read.id });
  }

  #fail(why: string): void {
    this.#serving.failed(this.#read.id, why);
    this.#isAnswered = false;
    this.refuse({ status: 502, why: `no answer of use came, request ${this.#read.id}` });
  }

  #breakOff(why: string): void {
    if (this.#stream.closed || this.#stream.destroyed) return;
    this.#serving.failed(this.#read.id, why);
    // To close it would end the body first, and what there is of it would be taken for all.
    this.#stream.destroy(new Error(why));
  }

  #bodySource(): BodySource {
    const { isExpecting } = this.#read;
    return new BodySource(this.#stream, {
      bytesMax: this.#serving.bounds.bodyBytesMax,
      firstPulled: isExpecting ? () => this.#askForBody() : undefined,
      tooLarge: () => this.#refuseBody(),
      patience: this.#patience,
    });
  }

  #askForBody(): void {
    // Node throws where nobody is there any more.
    const { destroyed, closed, headersSent } = this.#stream;
    if (!destroyed && !closed && !headersSent) this.#stream.additionalHeaders({ ":status": 100 });
  }

  #refuseBody(): void {
    const why = `a body may have ${this.#serving.bounds.bodyBytesMax} bytes`;
    if (this.#isAnswered) this.#breakOff(why);
    else this.refuse({ status: 413, why });
  }

  /** Nobody wants the rest: the client is told to stop sending, and not that it failed. */
  #discardRest(): void {
    if (this.#source === undefined || this.#stream.readableEnded) return;
    this.#source.fail(errno.EPIPE);
    const stream = this.#stream;
    const stop = (): void => stream.close(constants.NGHTTP2_NO_ERROR);
    if (stream.writableFinished) stop();
    else stream.once("finish", stop);
  }
}

function isTakenBack(stream: ServerHttp2Stream): boolean {
  return stream.aborted || (stream.closed && stream.rstCode !== constants.NGHTTP2_NO_ERROR);
}

/** Answers a stream whose head is none. */
export function refuseStream(stream: ServerHttp2Stream, refusal: HeadRefusal): void {
  const fields = refusalFields(refusal);
  sendHead(stream, { status: refusal.status, fields, hasBody: true, bodyBytes: undefined }, false);
  stream.end(refusalBody(refusal));
}

function sendHead(stream: ServerHttp2Stream, head: SendableHead, endStream: boolean): void {
  stream.respond([":status", String(head.status), ...head.fields], { endStream });
}
