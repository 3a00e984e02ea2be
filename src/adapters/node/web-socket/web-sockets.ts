import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type ServerOptions, type WebSocket, WebSocketServer } from "ws";
import type { Fields, MessageChannel } from "#core/host/traffic";
import { type FieldNames, type HeadRefusal, sendableHead } from "#core/http";
import { goneChannel } from "./gone-channel.ts";
import { SocketChannel, type WebSocketBounds } from "./socket-channel.ts";

/** What is written into the response beside what the handshake itself says. */
const ofHandshake: ReadonlySet<string> = new Set([
  "content-length",
  "sec-websocket-accept",
  "sec-websocket-extensions",
  "sec-websocket-protocol",
]);

/** Whether a request that wants its connection upgraded wants a WebSocket; others are ignored. */
export function isWebSocketUpgrade({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/** What makes a request for a WebSocket none, as RFC 6455 has it (section 4.2.1). */
export function webSocketProblem({ method, headers }: IncomingMessage): HeadRefusal | undefined {
  if (method !== "GET") return { status: 405, why: "a WebSocket is asked for with GET" };
  if (headers["sec-websocket-version"] !== "13") {
    return { status: 426, why: "of WebSockets, version 13 is the only one there is" };
  }
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers["sec-websocket-key"] ?? "")) {
    return { status: 400, why: "its sec-websocket-key is not sixteen bytes" };
  }
  const hasBody = headers["transfer-encoding"] ?? headers["content-length"] ?? "0";
  return hasBody === "0" ? undefined : { status: 400, why: "a WebSocket begins without a body" };
}

/** The open WebSockets of a front: pinged, bounded, and closed with it. */
export class WebSockets {
  readonly #server: WebSocketServer;
  readonly #names: FieldNames;
  readonly #bounds: WebSocketBounds;
  readonly #open = new Set<SocketChannel>();
  #pinging: NodeJS.Timeout | undefined;

  constructor(names: FieldNames, bounds: WebSocketBounds) {
    this.#names = names;
    this.#bounds = bounds;
    const options: ServerOptions & { readonly closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: bounds.messageBytesMax,
      closeTimeout: bounds.closingMs,
      // Each ping would be answered, and whoever reads no answers makes us keep them.
      autoPong: false,
      handleProtocols: () => false,
    };
    this.#server = new WebSocketServer(options);
  }

  /**
   * How `request` becomes a WebSocket, once a program wants it to. `early` came after its head.
   */
  upgrade(request: IncomingMessage, early: Buffer): (fields: Fields) => MessageChannel {
    return (fields) => this.#accept(request, early, fields);
  }

  /** Tells all of them that the server goes away. */
  close(): void {
    for (const channel of this.#open) channel.close(1001, "");
  }

  closeAll(): void {
    clearInterval(this.#pinging);
    for (const channel of this.#open) channel.destroy();
  }

  #accept(request: IncomingMessage, early: Buffer, fields: Fields): MessageChannel {
    const said = this.#lines(request, fields);
    this.#server.once("headers", (lines) => lines.push(...said));
    let made: SocketChannel | undefined;
    this.#server.handleUpgrade(request, request.socket, early, (socket) => {
      made = this.#keep(socket, request.socket);
    });
    if (made !== undefined) return made;
    // The client is gone already, and ws has let go of the connection.
    this.#server.removeAllListeners("headers");
    return goneChannel;
  }

  /** A protocol that the client did not offer would make it fail; all else goes as it is. */
  #lines(request: IncomingMessage, fields: Fields): readonly string[] {
    const options = { names: this.#names, method: "HEAD", bodyBytes: undefined, id: "" };
    const head = sendableHead({ status: 200, fields }, options);
    if (typeof head === "string") return [];
    const offered = request.headers["sec-websocket-protocol"]?.split(",").map((one) => one.trim());
    const lines: string[] = [];
    for (let at = 0; at < head.fields.length; at += 2) {
      const [name = "", value = ""] = head.fields.slice(at, at + 2);
      const isChosen = name === "sec-websocket-protocol" && offered?.includes(value) === true;
      if (value !== "" && (isChosen || !ofHandshake.has(name))) lines.push(`${name}: ${value}`);
    }
    return lines;
  }

  #keep(socket: WebSocket, connection: Duplex): SocketChannel {
    const channel = new SocketChannel(socket, connection, this.#bounds);
    this.#open.add(channel);
    socket.once("close", () => this.#open.delete(channel));
    // One timer for all of them: most are idle, and there may be very many.
    this.#pinging ??= setInterval(() => this.#ping(), this.#bounds.pongMs).unref();
    return channel;
  }

  #ping(): void {
    for (const channel of this.#open) channel.ping();
  }
}
