import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { IncomingRequest } from "#core/host/traffic";
import { type HeadRefusal, type IdSource, readHead } from "#core/http";
import { isWebSocketUpgrade, webSocketProblem, type WebSockets } from "#adapters/node/web-socket";
import type { Link } from "#adapters/node/gate";
import {
  type FrontBounds,
  Http1Request,
  type Serving,
  type Upgrade,
} from "#adapters/node/http/request";
import { distrust, isBehindOthers, isDistrusted, isLast, refuseBehind } from "./distrust.ts";

/** Who is told of requests, and what they are told with. */
export interface Hearing {
  readonly serving: Serving;
  readonly ids: IdSource;
  /** `socket` is the connection that it came by. */
  arrived(request: IncomingRequest, socket?: Duplex): void;
}

/** HTTP/1.0 and HTTP/1.1 over connections that somebody else accepts. */
export class Http1 {
  readonly #server: Server;
  readonly #hearing: Hearing;
  readonly #webSockets: WebSockets;
  readonly #linkOf: (socket: Duplex) => Link;

  /** `linkOf` is asked for each request, since an idle connection is to keep nothing for it. */
  constructor(hearing: Hearing, webSockets: WebSockets, linkOf: (socket: Duplex) => Link) {
    this.#hearing = hearing;
    this.#linkOf = linkOf;
    this.#webSockets = webSockets;
    this.#server = createServer(serverOptions(hearing.serving.bounds));
    // Node has no option for it.
    Object.assign(this.#server, { httpAllowHalfOpen: hearing.serving.isHalfOpen === true });
    this.#server.maxHeadersCount = hearing.serving.bounds.fieldsMax;
    this.#server.on("request", (request, response) => this.#heard(request, response));
    this.#server.on("checkContinue", (request, response) => this.#heard(request, response));
    this.#server.on("checkExpectation", (request, response) => this.#heard(request, response));
    this.#server.on("upgrade", (request, socket, early) => {
      this.#askedToUpgrade(request, socket, early);
    });
    this.#server.on("connect", (_request, socket) => refuseBehind(listened(socket), noTunnel));
    this.#server.on("clientError", refuseMalformed);
    // It never listens by itself, and only then would it begin to look for slow clients.
    this.#server.emit("listening");
  }

  serve(socket: Duplex): void {
    this.#server.emit("connection", socket);
  }

  closeIdle(): void {
    this.#server.closeIdleConnections();
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #heard(request: IncomingMessage, response: ServerResponse): void {
    const heard = this.#read(request, response, undefined);
    if (heard !== undefined) this.#hearing.arrived(heard, request.socket);
  }

  #askedToUpgrade(request: IncomingMessage, socket: Duplex, early: Buffer): void {
    if (isBehindOthers(socket)) return refuseBehind(listened(socket), tooEarly);
    const response = new ServerResponse(request);
    response.assignSocket(socket as Socket);
    response.once("finish", () => (socket as Socket).destroySoon());
    socket.on("error", () => socket.destroy());
    const heard = this.#read(request, response, this.#webSockets.upgrade(request, early));
    if (heard === undefined) return;
    const problem = webSocketProblem(request);
    if (problem !== undefined) return heard.refuse(problem);
    this.#hearing.arrived(heard, socket);
  }

  /** `undefined`: it is answered already. */
  #read(
    request: IncomingMessage,
    response: ServerResponse,
    upgrade: Upgrade | undefined,
  ): Http1Request | undefined {
    const { socket } = request;
    // Something before it on the connection was refused, and nothing after that is believed.
    if (!socket.writable) return undefined;
    if (isDistrusted(socket)) {
      if (!isLast(request)) return undefined;
      response.shouldKeepAlive = false;
    }
    const { serving, ids } = this.#hearing;
    const link = this.#linkOf(socket);
    const version = request.httpVersion;
    if (version !== "1.1" && version !== "1.0") return refuse(response, otherVersion);
    const raw = {
      version,
      method: request.method ?? "",
      scheme: link.scheme,
      target: request.url ?? "",
      authority: undefined,
      fields: request.rawHeaders,
    } as const;
    const read = readHead(raw, { names: serving.names, ids, peer: link.peer });
    if ("why" in read) return refuse(response, read);
    const heard = new Http1Request(serving, read, { request, response, upgrade });
    const { bodyBytesMax } = serving.bounds;
    if ((read.bodyBytes ?? 0) <= bodyBytesMax) return heard;
    heard.refuse({ status: 413, why: `a body may have ${bodyBytesMax} bytes` });
    return undefined;
  }
}

/** How often slow clients are looked for, at the least. */
const checkedEveryMs = 5000;

function serverOptions(bounds: FrontBounds): Parameters<typeof createServer>[0] {
  return {
    insecureHTTPParser: false,
    // Node would answer, and go on with what comes behind it; `readHead` wants a host too.
    requireHostHeader: false,
    maxHeaderSize: bounds.headBytesMax,
    headersTimeout: bounds.headMs,
    requestTimeout: bounds.requestMs,
    keepAliveTimeout: bounds.keepAliveMs,
    // Without a bound there is nothing to look for; 0 would be to look all the time.
    connectionsCheckingInterval: Math.min(bounds.headMs || checkedEveryMs, checkedEveryMs),
    shouldUpgradeCallback: isUpgrade,
  };
}

/** Of an upgrade that is ignored, Node's parser loses what came behind it in the same read. */
function isUpgrade(request: IncomingMessage): boolean {
  const isWanted = isWebSocketUpgrade(request);
  if (!isWanted) distrust(request.socket, request);
  return isWanted;
}

/** Node lets go of a connection that is to become something else, and nobody would see its end. */
function listened(socket: Duplex): Duplex {
  const destroy = (): void => void socket.destroy();
  return socket.on("error", destroy).on("end", destroy).resume();
}

const tooEarly: HeadRefusal = {
  status: 400,
  why: "a WebSocket is asked for when all before it is answered",
};
const noTunnel: HeadRefusal = { status: 405, why: "there are no tunnels through here" };
const otherVersion: HeadRefusal = { status: 505, why: "this is HTTP/1.1 and HTTP/1.0" };

/** A head that no request can be made of. What follows it on the connection is not believed. */
function refuse(response: ServerResponse, refusal: HeadRefusal): undefined {
  refuseBehind(response.req.socket, refusal, response);
}

/** What Node says of what it could not read as a request. */
function refuseMalformed({ code = "" }: NodeJS.ErrnoException, socket: Duplex): void {
  if (code === "ECONNRESET") return void socket.destroy();
  // The client said that it would send no more; what it asked before is answered.
  if (code === "HPE_CLOSED_CONNECTION") return distrust(socket, "none");
  if (!isDistrusted(socket)) refuseBehind(socket, malformed[code] ?? noRequest);
}

const noRequest: HeadRefusal = { status: 400, why: "this is no request of HTTP" };

const malformed: Readonly<Record<string, HeadRefusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, why: "the request did not come whole in time" },
  HPE_HEADER_OVERFLOW: { status: 431, why: "the fields of the request are too large" },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, why: "its chunks say too much beside the body" },
};
