import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import { assert } from "#core/base";
import type { Closing, Message, MessageChannel } from "#core/host/traffic";
import { errno, type Errno } from "#core/sys";

/** What a WebSocket takes at most. */
export interface WebSocketBounds {
  /** Of one message of a WebSocket. */
  readonly messageBytesMax: number;
  /** Within which a WebSocket must answer a ping. */
  readonly pongMs: number;
  /** In which the other side must answer the closing handshake of a WebSocket. */
  readonly closingMs: number;
  /** In which a client that is waited for takes nothing and sends nothing. */
  readonly stallMs: number;
}

type Received = Message | Closing | Errno;

/** A client that pings more than it reads is not answered beyond this. */
const unsentBytesMax = 64 * 1024;

/**
 * An open WebSocket. It reads no further while a message waits to be received; what of one read
 * held several messages is kept until then. `ws` does the framing.
 */
export class SocketChannel implements MessageChannel {
  readonly #socket: WebSocket;
  readonly #connection: Duplex;
  readonly #bounds: WebSocketBounds;
  readonly #waiting: Received[] = [];
  #receive: ((result: Received) => void) | undefined;
  #end: Closing | Errno | undefined;
  #isAlive = true;

  constructor(socket: WebSocket, connection: Duplex, bounds: WebSocketBounds) {
    this.#socket = socket;
    this.#connection = connection;
    this.#bounds = bounds;
    socket.binaryType = "nodebuffer";
    socket.on("message", (bytes, isBinary) => this.#arrived(bytes, isBinary));
    socket.on("ping", (bytes) => this.#pong(bytes));
    socket.on("pong", () => (this.#isAlive = true));
    // What is wrong with a frame is told to the client by its close code, and comes to us as one.
    socket.on("error", () => undefined);
    socket.on("close", (code, reason) => this.#closed(code, reason.toString()));
    socket.pause();
  }

  receive(answer: (result: Received) => void): void {
    assert(this.#receive === undefined, "one request at a time");
    this.#receive = answer;
    if (this.#waiting.length === 0 && this.#end === undefined) this.#socket.resume();
    else setImmediate(() => this.#answer());
  }

  send(message: Message, answer: (failed: Errno | undefined) => void): void {
    if (this.#socket.readyState !== this.#socket.OPEN) {
      return void setImmediate(answer, errno.EPIPE);
    }
    // A client that takes nothing for a while is given up.
    const late = setTimeout(() => this.destroy(), this.#bounds.stallMs);
    this.#socket.send(message.bytes, { binary: message.kind === "binary" }, (error) => {
      clearTimeout(late);
      setImmediate(answer, error ? errno.EPIPE : undefined);
    });
  }

  close(code: number, reason: string): void {
    // Nobody receives any more; the answer to the handshake must still be read.
    this.#receive = undefined;
    this.#waiting.length = 0;
    this.#socket.removeAllListeners("message");
    this.#socket.resume();
    this.#socket.close(isSendable(code) ? code : 1000, shortened(reason));
  }

  /** Ends a client that did not answer the last one. */
  ping(): void {
    // Of a client whose messages we do not read, no answer can be seen either.
    if (this.#socket.isPaused) return;
    if (!this.#isAlive) return this.destroy();
    this.#isAlive = false;
    this.#socket.ping();
  }

  destroy(): void {
    this.#socket.terminate();
  }

  #arrived(bytes: RawData, isBinary: boolean): void {
    assert(bytes instanceof Uint8Array, "binaryType says so");
    this.#isAlive = true;
    this.#waiting.push({ kind: isBinary ? "binary" : "text", bytes });
    this.#socket.pause();
    setImmediate(() => this.#answer());
  }

  #pong(bytes: Buffer): void {
    this.#isAlive = true;
    if (this.#socket.bufferedAmount < unsentBytesMax) this.#socket.pong(bytes);
  }

  #closed(code: number, reason: string): void {
    this.#end = code === 1006 ? errno.ECONNRESET : { kind: "closed", code, reason };
    this.#connection.destroy();
    setImmediate(() => this.#answer());
  }

  #answer(): void {
    const answer = this.#receive;
    if (answer === undefined) return;
    const result = this.#waiting.shift() ?? this.#end;
    if (result === undefined) return;
    this.#receive = undefined;
    answer(result);
  }
}

/** Codes that a side may send; the others are only told. */
function isSendable(code: number): boolean {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
}

/** As much of it as a closing frame holds, in whole characters. */
function shortened(reason: string): string {
  let kept = reason;
  while (Buffer.byteLength(kept) > 123) kept = kept.slice(0, -1);
  return kept.toWellFormed();
}
