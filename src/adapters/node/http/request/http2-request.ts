import { constants, type ServerHttp2Stream } from "node:http2";
import type { ByteSink, ByteSource } from "#core/host";
import type { MessageChannel } from "#core/host/traffic";
import type { HeadRefusal, ReadHead, SendableHead } from "#core/http";
import { errno } from "#core/sys";
import { BodySink, type BodySource, Patience, type UnsentRoom } from "#adapters/node/body";
import { brokenOff } from "#adapters/node/failure";
import { goneChannel } from "#adapters/node/web-socket";
import { FrontRequest } from "./front-request.ts";
import { refusalBody, refusalFields } from "./refusal.ts";
import type { Serving } from "./serving.ts";

/** A request of HTTP/2: one stream of a connection that has many. */
export class Http2Request extends FrontRequest {
  readonly body: ByteSource | undefined;
  /** A WebSocket is asked for over HTTP/1.1: for it a browser makes a connection of its own. */
  readonly isUpgrade = false;
  readonly #stream: ServerHttp2Stream;
  readonly #source: BodySource | undefined;
  readonly #patience: Patience;
  readonly #room: UnsentRoom;

  /** `room` is what all streams of its connection share. */
  constructor(
    serving: Serving,
    read: ReadHead,
    on: { stream: ServerHttp2Stream; room: UnsentRoom },
  ) {
    const { stream, room } = on;
    super(serving, read);
    this.#stream = stream;
    this.#room = room;
    this.#patience = new Patience(stream, serving.bounds.stallMs);
    stream.on("timeout", () => stream.destroy(brokenOff("the client takes nothing")));
    this.#source = read.bodyBytes === 0 ? undefined : this.bodySource(stream, this.#patience);
    this.body = this.#source;
  }

  accept(): MessageChannel {
    return goneChannel;
  }

  whenGone(callback: () => void): void {
    const stream = this.#stream;
    if (isTakenBack(stream)) return void setImmediate(callback);
    // What is taken back counts as finished for Node; how it ended tells the difference.
    stream.once("close", () => {
      if (isTakenBack(stream)) setImmediate(callback);
    });
  }

  protected get isLeft(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  protected sendWhole(head: SendableHead, body: Uint8Array): void {
    const isEmpty = !head.hasBody || body.length === 0;
    writeHead(this.#stream, head, isEmpty);
    if (!isEmpty) {
      // The client is to take it in time.
      this.#patience.begin();
      this.#stream.end(Buffer.from(body), () => this.#patience.end());
    }
    this.#discardRest();
  }

  protected sendHead(head: SendableHead): ByteSink {
    writeHead(this.#stream, head, !head.hasBody);
    this.#stream.once("close", this.#room.enter());
    return new BodySink(this.#stream, {
      room: this.#room,
      bodyBytes: head.bodyBytes,
      isSilent: !head.hasBody,
      broken: (why) => this.breakOff(why),
      ended: () => {
        this.#stream.end();
        this.#discardRest();
      },
      patience: this.#patience,
    });
  }

  protected breakOff(why: string): void {
    if (this.isLeft) return;
    this.serving.failed(this.read.id, why);
    // To close it would end the body first, and what there is of it would be taken for all.
    this.#stream.destroy(brokenOff(why));
  }

  protected askForBody(): void {
    // Node throws where nobody is there any more.
    if (this.isLeft || this.#stream.headersSent) return;
    this.#stream.additionalHeaders({ ":status": 100 });
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
  writeHead(stream, { status: refusal.status, fields, hasBody: true, bodyBytes: undefined }, false);
  stream.end(refusalBody(refusal));
}

function writeHead(stream: ServerHttp2Stream, head: SendableHead, endStream: boolean): void {
  stream.respond([":status", String(head.status), ...head.fields], { endStream });
}
