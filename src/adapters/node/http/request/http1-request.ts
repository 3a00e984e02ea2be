import type { IncomingMessage, ServerResponse } from "node:http";
import type { ByteSink, ByteSource } from "#core/host";
import type { Fields, MessageChannel } from "#core/host/traffic";
import type { ReadHead, SendableHead } from "#core/http";
import { errno } from "#core/sys";
import { BodySink, type BodySource, Patience } from "#adapters/node/body";
import { goneChannel } from "#adapters/node/web-socket";
import { FrontRequest } from "./front-request.ts";
import type { Serving } from "./serving.ts";
import { letGo } from "./unread.ts";

/** Makes a WebSocket of a connection whose client asked for one. */
export type Upgrade = (fields: Fields) => MessageChannel;

/** As much is copied into one write with the head; a larger body is one more. */
const inlineBytesMax = 16 * 1024;

/** A request of HTTP/1.1, over Node's objects for it. */
export class Http1Request extends FrontRequest {
  readonly body: ByteSource | undefined;
  readonly isUpgrade: boolean;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #upgrade: Upgrade | undefined;
  readonly #source: BodySource | undefined;
  #patience: Patience | undefined;
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
    super(serving, read);
    this.#request = over.request;
    this.#response = over.response;
    this.#upgrade = over.upgrade;
    this.isUpgrade = over.upgrade !== undefined;
    this.#isBodyComing = !read.isExpecting;
    const hasBody = read.bodyBytes !== 0;
    this.#source = hasBody ? this.bodySource(over.request, this.#ownPatience()) : undefined;
    this.body = this.#source;
  }

  protected get isLeft(): boolean {
    return this.#response.destroyed;
  }

  protected sendWhole(head: SendableHead, body: Uint8Array): void {
    const response = this.#response;
    const isUnread = this.#isUnread();
    if (isUnread || this.isUpgrade || this.serving.isClosing) response.shouldKeepAlive = false;
    response.writeHead(head.status, head.fields as string[]);
    if (isUnread && this.#isBodyComing) {
      if (head.hasBody) response.write(Buffer.from(body));
      else response.flushHeaders();
      this.#source?.fail(errno.EPIPE);
      letGo(this.#request, this.serving.bounds, () => {
        response.end();
        this.#awaitTaken();
      });
    } else {
      endWithBody(response, head.hasBody ? body : emptyBody);
      this.#awaitTaken();
      this.#discardRest();
    }
  }

  protected sendHead(head: SendableHead): ByteSink {
    const response = this.#response;
    if (this.isUpgrade || this.serving.isClosing) response.shouldKeepAlive = false;
    response.on("error", () => response.destroy());
    response.writeHead(head.status, head.fields as string[]);
    sendTogether(response);
    response.flushHeaders();
    return new BodySink(response, {
      bodyBytes: head.bodyBytes,
      isSilent: !head.hasBody,
      broken: (why) => this.breakOff(why),
      ended: () => this.#endStream(),
      patience: this.#ownPatience(),
    });
  }

  accept(fields: Fields): MessageChannel {
    const upgrade = this.#upgrade;
    if (upgrade === undefined || !this.takeTurn()) return goneChannel;
    this.#response.detachSocket(this.#request.socket);
    return upgrade(fields);
  }

  whenGone(callback: () => void): void {
    const response = this.#response;
    if (response.closed || response.destroyed) return void setImmediate(callback);
    response.once("close", () => {
      if (!response.writableFinished) setImmediate(callback);
    });
  }

  /** The connection is reset. What is whole and on its way arrives. */
  protected breakOff(why: string): void {
    const { socket } = this.#request;
    if (this.#response.writableEnded || socket.destroyed) return;
    this.serving.failed(this.read.id, why);
    if ("encrypted" in socket) socket.destroy();
    else socket.resetAndDestroy();
  }

  protected askForBody(): void {
    this.#isBodyComing = true;
    if (!this.#response.headersSent) this.#response.writeContinue();
  }

  #ownPatience(): Patience {
    const { socket } = this.#request;
    this.#patience ??= new Patience(socket, this.serving.bounds.stallMs);
    return this.#patience;
  }

  #endStream(): void {
    const isUnread = this.#isUnread();
    this.#response.end();
    this.#awaitTaken();
    if (!isUnread) return this.#discardRest();
    const { socket } = this.#request;
    this.#source?.fail(errno.EPIPE);
    letGo(this.#request, this.serving.bounds, (isWhole) => {
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
    const { bodyBytes } = this.read;
    const isShort = bodyBytes !== undefined && bodyBytes <= this.serving.bounds.unreadBytesMax;
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

/** What of the body is there with the head leaves with it, in one piece. */
function sendTogether({ socket }: ServerResponse): void {
  if (socket === null) return;
  socket.cork();
  process.nextTick(() => socket.uncork());
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
