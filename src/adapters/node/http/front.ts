import { createServer, type Server, type Socket } from "node:net";
import {
  createServer as createTlsServer,
  type Server as TlsServer,
  type TLSSocket,
} from "node:tls";
import type { IncomingRequest } from "#core/host/traffic";
import { FieldNames, type HeadRefusal, type IdSource } from "#core/http";
import { listenOn, type ListenAt, type SocketAddress } from "#adapters/node/socket";
import { WebSockets } from "#adapters/node/web-socket";
import { Gate } from "#adapters/node/gate";
import { type FrontBounds, endWith, frontBounds } from "#adapters/node/http/request";
import { type Hearing, Http1 } from "./http1.ts";
import { Http2 } from "./http2.ts";
import { RandomIds } from "./ids.ts";

type SniCallback = NonNullable<NonNullable<Parameters<typeof createTlsServer>[0]>["SNICallback"]>;

/** Which certificate a connection is shown, as `#adapters/node/certificate` chooses it. */
export interface SecureContexts {
  readonly sniCallback: SniCallback;
  /** For clients that name nobody, as those do that ask for an address. */
  readonly first: { readonly cert: string; readonly key: string } | undefined;
  /** Calls back when they are others. */
  whenRead(callback: () => void): void;
}

export interface FrontOptions {
  /** Called with each request, inside the turn in which it came. */
  arrived(request: IncomingRequest): void;
  /** A program's answer could not be sent, or not to its end; `id` is the request's. */
  failed?(id: string, why: string): void;
  /** With them the front speaks TLS, with HTTP/2 and HTTP/1.1, and nothing else. */
  readonly certificates?: SecureContexts;
  /** Proxies whose word is taken about whom they ask for: addresses, subnets. None as a rule. */
  readonly trusted?: readonly string[];
  readonly bounds?: Partial<FrontBounds>;
  readonly ids?: IdSource;
}

/**
 * Makes requests of what comes over the connections to one address. All of an executor's fronts
 * listen in vain without `--allow-net`; of Node's permissions they need no other.
 */
export class HttpFront {
  readonly address: SocketAddress;
  readonly #listener: Server;
  readonly #secure: TlsServer | undefined;
  readonly #gate: Gate;
  readonly #http1: Http1;
  readonly #http2: Http2;
  readonly #webSockets: WebSockets;
  #isClosing = false;

  /**
   * Listens at an address, or on a handle that another OS process listens with: then they share
   * its queue of connections. Throws `LISTEN_FAILED`.
   */
  static async listen(at: ListenAt, options: FrontOptions): Promise<HttpFront> {
    // TLS has no use for a connection that is half open, and would wait on it.
    const allowHalfOpen = options.certificates === undefined;
    const listener = createServer({ allowHalfOpen, noDelay: true });
    const address = await listenOn(listener, at);
    return new HttpFront(listener, address, options);
  }

  private constructor(listener: Server, address: SocketAddress, options: FrontOptions) {
    const bounds = { ...frontBounds, ...options.bounds };
    this.address = address;
    this.#listener = listener;
    const scheme = options.certificates === undefined ? "http" : "https";
    this.#gate = new Gate(bounds, options.trusted ?? [], scheme);
    const hearing = this.#hearing(options, bounds);
    this.#webSockets = new WebSockets(hearing.serving.names, bounds);
    this.#http1 = new Http1(hearing, this.#webSockets, (socket) =>
      this.#gate.linkOf(socket as Socket),
    );
    this.#http2 = new Http2(hearing);
    this.#secure = this.#tlsServer(options.certificates, bounds);
    listener.on("connection", (socket) => this.#connected(socket));
    // A connection that could not be accepted does not end the front.
    listener.on("error", () => undefined);
  }

  get connectionCount(): number {
    return this.#gate.openCount;
  }

  /**
   * Takes no new connections and ends those that wait for a request; what is being answered may
   * take `graceMs`. Resolves when all are gone.
   */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    const closed = Promise.withResolvers<void>();
    this.#listener.close(() => closed.resolve());
    this.#http1.closeIdle();
    this.#http2.closeIdle();
    this.#webSockets.close();
    const late = setTimeout(() => this.#gate.closeAll(), graceMs);
    await closed.promise;
    clearTimeout(late);
    this.#http1.close();
    this.#http2.close();
    this.#webSockets.closeAll();
  }

  #hearing(options: FrontOptions, bounds: FrontBounds): Hearing {
    const isClosing = (): boolean => this.#isClosing;
    return {
      arrived: (request) => options.arrived(request),
      ids: options.ids ?? new RandomIds(),
      serving: {
        bounds,
        names: new FieldNames(),
        failed: (id, why) => options.failed?.(id, why),
        get isClosing() {
          return isClosing();
        },
      },
    };
  }

  #connected(socket: Socket): void {
    if (!this.#gate.admit(socket)) this.#refuse(socket);
    else if (this.#secure === undefined) this.#http1.serve(socket);
    else this.#secure.emit("connection", socket);
  }

  /** In the clear a client can be told why; where TLS is spoken, that would cost us a handshake. */
  #refuse(socket: Socket): void {
    if (this.#secure === undefined) endWith(socket, tooManyConnections);
    else socket.destroy();
  }

  #tlsServer(certificates: SecureContexts | undefined, bounds: FrontBounds): TlsServer | undefined {
    if (certificates === undefined) return undefined;
    const server = createTlsServer({
      ...certificates.first,
      ALPNProtocols: ["h2", "http/1.1"],
      SNICallback: certificates.sniCallback,
      handshakeTimeout: bounds.handshakeMs,
      minVersion: "TLSv1.2",
    });
    certificates.whenRead(() => server.setSecureContext({ ...certificates.first }));
    server.on("secureConnection", (socket) => this.#secured(socket));
    server.on("tlsClientError", (_error, socket) => socket.destroy());
    return server;
  }

  #secured(socket: TLSSocket): void {
    if (socket.alpnProtocol !== "h2") this.#http1.serve(socket);
    else this.#http2.serve(socket, this.#gate.linkOf(socket));
  }
}

const tooManyConnections: HeadRefusal = {
  status: 503,
  why: "there are as many connections as there may be",
};
