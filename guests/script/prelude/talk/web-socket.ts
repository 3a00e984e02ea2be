import { errno, native } from "#prelude/engine";
import { CloseEvent, EventTarget, handlerOf, MessageEvent } from "#prelude/event";
import { whenTold } from "./exchanges.ts";

const normalClosure = 1000;
const goneAway = 1006;

type Content = string | Uint8Array<ArrayBuffer>;

type Closing = readonly [code: number, reason: string];
type Arrival = Content | Closing;

/** What a half of a pair sends to: the other half, or an exchange. */
interface Far {
  /** Of all that was sent to it and that it has not taken. */
  readonly waitingBytes: number;
  send(content: Content): void;
  hangUp(code: number, reason: string): void;
}

/** While more waits for a client to take it, no more is heard of that client. */
const waitingBytesMax = 1024 * 1024;

const own = Symbol("an own socket");

/** Joins a half of a pair to the exchange that was answered with it. */
export let join: (socket: WebSocket, exchange: number) => void;

/** One end of a WebSocket: the server's, which the program keeps, or the client's. */
export class WebSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  binaryType: "arraybuffer" | "blob" = "arraybuffer";
  #state = 0;
  #far: Far | undefined = undefined;
  /** What came before `accept`, in order. */
  #early: Arrival[] | undefined = [];

  static {
    join = (socket, exchange) => {
      const peer = socket.#far;
      if (!(peer instanceof PairedEnd)) throw new TypeError("this half was handed over already");
      const server = peer.socket;
      const far = new ExchangeEnd(exchange);
      server.#far = far;
      // What the server sent to this half before it was handed over.
      for (const arrival of socket.#early ?? []) {
        if (isClosing(arrival)) far.hangUp(...arrival);
        else far.send(arrival);
      }
      socket.#state = 3;
      void server.#receiveFrom(exchange, far);
    };
  }

  constructor(key?: unknown) {
    super();
    if (key !== own) throw new TypeError("connecting out by WebSocket is not supported");
  }

  static pair(): readonly [client: WebSocket, server: WebSocket] {
    const client = new WebSocket(own);
    const server = new WebSocket(own);
    client.#far = new PairedEnd(
      server,
      (content) => server.#arrive(content),
      (code, reason) => server.#arrive([code, reason]),
    );
    server.#far = new PairedEnd(
      client,
      (content) => client.#arrive(content),
      (code, reason) => client.#arrive([code, reason]),
    );
    return [client, server];
  }

  get readyState(): number {
    return this.#state;
  }
  get url(): string {
    return "";
  }
  get protocol(): string {
    return "";
  }
  get extensions(): string {
    return "";
  }
  get bufferedAmount(): number {
    return this.#far?.waitingBytes ?? 0;
  }

  /** From now on messages are told; those that came before are told now. */
  accept(): void {
    if (this.#state !== 0) throw new TypeError("this WebSocket was accepted already");
    this.#state = 1;
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const arrival of early) this.#tell(arrival);
  }

  send(content: string | ArrayBuffer | ArrayBufferView): void {
    if (this.#state === 0) throw new TypeError("call accept() first");
    if (this.#state !== 1) return;
    this.#far?.send(contentOf(content));
  }

  close(code: number = normalClosure, reason = ""): void {
    if (this.#state >= 2) return;
    this.#state = 2;
    this.#far?.hangUp(code, reason);
  }

  override get [Symbol.toStringTag](): string {
    return "WebSocket";
  }

  #arrive(arrival: Arrival): void {
    if (this.#early === undefined) this.#tell(arrival);
    else this.#early.push(arrival);
  }

  #tell(arrival: Arrival): void {
    if (!isClosing(arrival)) {
      const data = typeof arrival === "string" ? arrival : arrival.buffer;
      this.dispatchEvent(new MessageEvent("message", { data }));
      return;
    }
    if (this.#state === 3) return;
    this.#state = 3;
    const [code, reason] = arrival;
    this.dispatchEvent(new CloseEvent("close", { code, reason, wasClean: code !== goneAway }));
  }

  async #receiveFrom(exchange: number, far: ExchangeEnd): Promise<void> {
    for (;;) {
      if (far.waitingBytes > waitingBytesMax) await far.whenTaken();
      const came = native.receive(exchange);
      if (typeof came === "string" || came instanceof Uint8Array) this.#arrive(came);
      else if (typeof came === "object") {
        this.#arrive(came);
        break;
      } else if (came === errno.again) await whenTold("message", exchange);
      else {
        this.#arrive([goneAway, ""]);
        break;
      }
    }
    native.close(exchange);
  }
}

for (const type of ["open", "message", "close", "error"]) {
  Object.defineProperty(WebSocket.prototype, `on${type}`, handlerOf(type));
}

class PairedEnd implements Far {
  readonly waitingBytes = 0;
  readonly socket: WebSocket;
  readonly send: Far["send"];
  readonly hangUp: Far["hangUp"];
  constructor(socket: WebSocket, send: Far["send"], hangUp: Far["hangUp"]) {
    this.socket = socket;
    this.send = send;
    this.hangUp = hangUp;
  }
}

/** Sends one message after the other, as fast as they are taken. */
class ExchangeEnd implements Far {
  readonly #exchange: number;
  readonly #waiting: { readonly bytes: number; readonly deed: () => number }[] = [];
  waitingBytes = 0;
  #isSending = false;
  #taken: PromiseWithResolvers<void> | undefined = undefined;

  constructor(exchange: number) {
    this.#exchange = exchange;
  }

  send(content: Content): void {
    // Of a text there are as many bytes at least, and three times as many at most.
    this.#put(content.length, () => native.send(this.#exchange, content));
  }

  hangUp(code: number, reason: string): void {
    this.#put(0, () => native.hangUp(this.#exchange, code, reason));
  }

  /** Resolves when nothing waits any more, for whichever reason. */
  whenTaken(): Promise<void> {
    return (this.#taken ??= Promise.withResolvers<void>()).promise;
  }

  #put(bytes: number, deed: () => number): void {
    this.#waiting.push({ bytes, deed });
    this.waitingBytes += bytes;
    if (!this.#isSending) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isSending = true;
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (first.deed() === errno.again) await whenTold("writable", this.#exchange);
      else {
        this.#waiting.shift();
        this.waitingBytes -= first.bytes;
      }
    }
    this.#isSending = false;
    this.#taken?.resolve();
    this.#taken = undefined;
  }
}

/** Two ends of one WebSocket: `0` for the client, in a response with status 101; `1` to keep. */
export class WebSocketPair {
  readonly 0: WebSocket;
  readonly 1: WebSocket;
  constructor() {
    [this[0], this[1]] = WebSocket.pair();
  }
}

function isClosing(arrival: Arrival): arrival is Closing {
  return Array.isArray(arrival);
}

function contentOf(content: string | ArrayBuffer | ArrayBufferView): Content {
  if (content instanceof ArrayBuffer) return new Uint8Array(content.slice(0));
  if (!ArrayBuffer.isView(content)) return String(content);
  const { buffer, byteOffset, byteLength } = content;
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength).slice();
}
