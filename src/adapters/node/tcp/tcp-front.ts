import { createServer, type Server, type Socket } from "node:net";
import type { IncomingRequest } from "#core/host/traffic";
import { Gate, type GateBounds, gateBounds } from "#adapters/node/gate";
import { listenOn, type ListenAt, type SocketAddress } from "#adapters/node/socket";
import { TcpRequest } from "./tcp-request.ts";

export interface TcpFrontOptions {
  /** What its tunnels are for: the authority of their heads. */
  readonly name: string;
  /** Called with each connection, inside the turn in which it came. */
  arrived(request: IncomingRequest): void;
  readonly bounds?: Partial<GateBounds>;
}

/** After so long without a word the other side is asked whether it is still there. */
const keepAliveMs = 60_000;

/** Makes tunnels of the connections to one address. */
export class TcpFront {
  readonly address: SocketAddress;
  readonly #server: Server;
  readonly #gate: Gate;

  /**
   * Listens at an address, or on a handle that another OS process listens with: then they share
   * its queue of connections. Throws `LISTEN_FAILED`.
   */
  static async listen(at: ListenAt, options: TcpFrontOptions): Promise<TcpFront> {
    const server = createServer({
      allowHalfOpen: true,
      noDelay: true,
      pauseOnConnect: true,
      keepAlive: true,
      keepAliveInitialDelay: keepAliveMs,
    });
    return new TcpFront(server, await listenOn(server, at), options);
  }

  private constructor(server: Server, address: SocketAddress, options: TcpFrontOptions) {
    this.address = address;
    this.#server = server;
    this.#gate = new Gate({ ...gateBounds, ...options.bounds }, [], "http");
    server.on("connection", (socket) => this.#connected(socket, options));
    // A connection that could not be accepted does not end the front.
    server.on("error", () => undefined);
  }

  get connectionCount(): number {
    return this.#gate.openCount;
  }

  /** Takes no more; those that there are go on. */
  close(): void {
    this.#server.close();
  }

  #connected(socket: Socket, options: TcpFrontOptions): void {
    if (this.#gate.admit(socket)) options.arrived(new TcpRequest(socket, options.name));
    else socket.resetAndDestroy();
  }
}
