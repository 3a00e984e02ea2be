import type { IncomingMessage, ServerResponse } from "node:http";
import type { ByteSink, ByteSource } from "#core/host";
import type {
  Fields,
  IncomingRequest,
  MessageChannel,
  RequestHead,
  ResponseHead,
} from "#core/host/traffic";
import { type HeadRefusal, type ReadHead, sendableHead, type SendableHead } from "#core/http";
import { errno } from "#core/sys";
import { BodySink, BodySource, Patience, goneSink } from "#adapters/node/body";
import { goneChannel } from "#adapters/node/web-socket";
import { refusalBody, refusalFields } from "./refusal.ts";
import type { Serving } from "./serving.ts";
import { letGo } from "./unread.ts";

/** Makes a WebSocket of a connection whose client asked for one. */
export type Upgrade = (fields: Fields) => MessageChannel;

/** As much is copied into one write with the head; a larger body is one more. */
const inlineBytesMax = 16 * 1024;

/** A request of HTTP/1.1, over Node's objects for it. */
export class Http1Request implements IncomingRequest {
  readonly head: RequestHead;
  readonly body: ByteSource | undefined;
  readonly isUpgrade: boolean;
  readonly #serving: Serving;
  readonly #read: ReadHead;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #upgrade: Upgrade | undefined;
  readonly #source: BodySource | undefined;
  #patience: Patience | undefined;
  #isAnswered = false;
  /** Whether the client sends its body, or waits to be asked for it. */
  #isBodyComing: boolean;

  constructor(
    serving: Serving,
    read: ReadHead,
    over: {
      readonly request: IncomingMessage;
      readonly response: ServerResponse;
      readonly upgrade: Upgrade | undefined;
    },
  ) {
    this.#serving = serving;
    this.#read = read;
    this.#request = over.request;
    this.#response = over.response;
    this.#upgrade = over.upgrade;
    this.head = read.head;
    this.isUpgrade = over.upgrade !== undefined;
    this.#isBodyComing = !read.isExpecting;
    this.#source = read.bodyBytes === 0 ? undefined : this.#bodySource();
    this.body = this.#source;
  }

  respond(head: ResponseHead, body: Uint8Array): void {
    if (!this.#takeTurn()) return;
    const sendable = this.#sendable(head, body.length);
    if (typeof sendable === "string") return this.#fail(sendable);
    const response = this.#response;
    const isUnread = this.#isUnread();
    if (isUnread || this.isUpgrade || this.#serving.isClosing) response.shouldKeepAlive = false;
    response.writeHead(sendable.status, sendable.fields as string[]);
    if (isUnread && this.#isBodyComing) {
      if (sendable.hasBody) response.write(Buffer.from(body));
      else response.flushHeaders();
      this.#source?.fail(errno.EPIPE);
      letGo(this.#request, this.#serving.bounds, () => {
        response.end();
        this.#awaitTaken();
      });
    } else {
      endWithBody(response, sendable.hasBody ? body : emptyBody);
      this.#awaitTaken();
      this.#discardRest();
    }
  }

  begin(head: ResponseHead): ByteSink {
    if (!this.#takeTurn()) return goneSink;
    const sendable = this.#sendable(head, undefined);
    if (typeof sendable === "string") {
      this.#fail(sendable);
      return goneSink;
    }
    const response = this.#response;
    if (this.isUpgrade || this.#serving.isClosing) response.shouldKeepAlive = false;
    response.on("error", () => response.destroy());
    response.writeHead(sendable.status, sendable.fields as string[]);
    sendTogether(response);
    response.flushHeaders();
    return new BodySink(response, {
      bodyBytes: sendable.bodyBytes,
      isSilent: !sendable.hasBody,
      broken: (why) => this.#breakOff(why),
      ended: () => this.#endStream(),
      patience: this.#ownPatience(),
    });
  }

  accept(fields: Fields): MessageChannel {
    const upgrade = this.#upgrade;
    if (upgrade === undefined || !this.#takeTurn()) return goneChannel;
    this.#response.detachSocket(this.#request.socket);
    return upgrade(fields);
  }

  abandon(why: string): void {
    if (this.#takeTurn()) this.#fail(why);
    else if (!this.#response.writableEnded) this.#breakOff(why);
  }

  whenGone(callback: () => void): void {
    const response = this.#response;
    if (response.closed || response.destroyed) return void setImmediate(callback);
    response.once("close", () => {
      if (!response.writableFinished) setImmediate(callback);
    });
  }

  /** Answers in the place of a program that is not asked, or not any more. */
  refuse(refusal: HeadRefusal): void {
    const fields = refusalFields(refusal);
    this.respond({ status: refusal.status, fields }, Buffer.from(refusalBody(refusal)));
  }

  /** The first answer counts; to a client that is gone there is none. */
  #takeTurn(): boolean {
    if (this.#isAnswered) return false;
    this.#isAnswered = true;
    return !this.#response.destroyed;
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

  /** Part of the answer is out, and it must not be taken for all: the connection is reset. */
  #breakOff(why: string): void {
    const { socket } = this.#request;
    if (this.#response.writableFinished || socket.destroyed) return;
    this.#serving.failed(this.#read.id, why);
    if ("encrypted" in socket) socket.destroy();
    else socket.resetAndDestroy();
  }

  #bodySource(): BodySource {
    const { isExpecting } = this.#read;
    return new BodySource(this.#request, {
      bytesMax: this.#serving.bounds.bodyBytesMax,
      firstPulled: isExpecting ? () => this.#askForBody() : undefined,
      tooLarge: () => this.#refuseBody(),
      patience: this.#ownPatience(),
    });
  }

  #askForBody(): void {
    this.#isBodyComing = true;
    if (!this.#response.headersSent) this.#response.writeContinue();
  }

  #refuseBody(): void {
    const why = `a body may have ${this.#serving.bounds.bodyBytesMax} bytes`;
    if (this.#isAnswered) this.#breakOff(why);
    else this.refuse({ status: 413, why });
  }

  #ownPatience(): Patience {
    const { socket } = this.#request;
    this.#patience ??= new Patience(socket, this.#serving.bounds.stallMs);
    return this.#patience;
  }

  #endStream(): void {
    const isUnread = this.#isUnread();
    this.#response.end();
    this.#awaitTaken();
    if (!isUnread) return this.#discardRest();
    const { socket } = this.#request;
    this.#source?.fail(errno.EPIPE);
    letGo(this.#request, this.#serving.bounds, (isWhole) => {
      if (!isWhole) socket.destroy();
    });
  }

  /** What the system does not take at once is the client's to take, in time. */
  #awaitTaken(): void {
    const response = this.#response;
    if (response.writableFinished || response.destroyed) return;
    if (response.socket === null) {
      // It stands behind others in line, and is sent after them.
      response.once("socket", () => setImmediate(() => this.#awaitTaken()));
      return;
    }
    if (response.socket.writableLength === 0) return;
    const patience = this.#ownPatience();
    patience.begin();
    // Node sets the time until the next request right after this.
    response.prependOnceListener("finish", () => patience.end());
  }

  /** Whether so much of the body is still to come that the connection is better given up. */
  #isUnread(): boolean {
    if (this.#source === undefined || this.#request.complete) return false;
    const { bodyBytes } = this.#read;
    const isShort = bodyBytes !== undefined && bodyBytes <= this.#serving.bounds.unreadBytesMax;
    return !isShort || !this.#isBodyComing;
  }

  /** What has come of the body and nobody took makes room for the next request. */
  #discardRest(): void {
    if (this.#source === undefined || this.#request.readableEnded) return;
    this.#source.fail(errno.EPIPE);
    this.#request.removeAllListeners("readable");
    this.#request.resume();
  }
}

const emptyBody = new Uint8Array();

/** What is written of an answer in this turn leaves in one piece. */
function sendTogether({ socket }: ServerResponse): void {
  if (socket === null) return;
  socket.cork();
  setImmediate(() => socket.uncork());
}

function endWithBody(response: ServerResponse, body: Uint8Array): void {
  if (body.byteLength === 0) {
    response.end();
  } else if (body.byteLength <= inlineBytesMax) {
    // One string with the head is one write; these are the bytes of the body, one by one.
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    response.end(bytes.toString("latin1"), "latin1");
  } else {
    response.end(Buffer.from(body));
  }
}
