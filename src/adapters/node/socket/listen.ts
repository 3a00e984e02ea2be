import type { Server, Socket } from "node:net";
import { assert } from "#core/base";
import type { Connection, Listener } from "#core/host";
import { errno, type Errno, PlatformError } from "#core/sys";
import { describeAddress, nodeAddress, type SocketAddress } from "./address.ts";
import { SocketConnection } from "#adapters/node/socket/connection";
import { codeOf, errnoOf } from "#adapters/node/failure";

/** So many connections wait for a process to accept them; the next one is closed at once. */
const waitingMax = 512;

type Accepted = (result: Connection | Errno) => void;

/** A listener that knows where it listens: the port, when the system chose it. */
export interface SocketListener extends Listener {
  readonly address: SocketAddress;
}

/**
 * A server of Node, as far as it is told where to listen. It is spelled here for those who embed
 * us: what they compile may know no types of Node.
 */
interface NodeServer {
  listen(where: object, listening: () => void): unknown;
  address(): string | { readonly address: string; readonly port: number } | null;
  once(event: "error", callback: (error: Error) => void): unknown;
  off(event: "error", callback: (error: Error) => void): unknown;
}

/**
 * Where to listen: at an address, or on the handle of a server that another OS process sent, which
 * listens already. Who listens on one handle shares one queue of connections.
 */
export type ListenAt =
  | SocketAddress
  | { readonly kind: "handle"; readonly handle: object }
  /** What `bindAddress` has bound, in a child that was started with its descriptor. */
  | { readonly kind: "inherited"; readonly fd: number };

/** Listens there. Throws `LISTEN_FAILED` when the system does not allow it. */
export async function listen(at: ListenAt): Promise<SocketListener> {
  const { createServer } = process.getBuiltinModule("node:net");
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true });
  return new ServerListener(server, await listenOn(server, at));
}

/** Has `server` listen there, and says where that is. Throws `LISTEN_FAILED`. */
export async function listenOn(server: NodeServer, at: ListenAt): Promise<SocketAddress> {
  const listening = Promise.withResolvers<void>();
  const fail = (error: Error): void => listening.reject(failure(at, error));
  server.once("error", fail);
  if (at.kind === "handle") server.listen(at.handle, listening.resolve);
  else if (at.kind === "inherited") {
    server.listen({ fd: at.fd, backlog: waitingMax }, listening.resolve);
  } else server.listen({ ...nodeAddress(at), backlog: waitingMax }, listening.resolve);
  await listening.promise;
  server.off("error", fail);
  return boundAddress(server, at);
}

class ServerListener implements SocketListener {
  readonly address: SocketAddress;
  readonly #server: Server;
  readonly #waiting: Connection[] = [];
  #accept: Accepted | undefined;
  #isClosed = false;

  constructor(server: Server, address: SocketAddress) {
    this.#server = server;
    this.address = address;
    server.on("connection", (socket) => this.#arrived(socket));
    // A connection that could not be accepted does not end the listener.
    server.on("error", (error) => this.#answer(errnoOf(error)));
  }

  accept(answer: Accepted): void {
    assert(this.#accept === undefined, "one request at a time");
    this.#accept = answer;
    setImmediate(() => this.#answerNext());
  }

  close(): void {
    this.#accept = undefined;
    this.#isClosed = true;
    this.#server.close();
    for (const connection of this.#waiting.splice(0)) connection.close();
  }

  #arrived(socket: Socket): void {
    if (this.#isClosed || this.#waiting.length >= waitingMax) {
      socket.destroy();
      return;
    }
    this.#waiting.push(new SocketConnection(socket));
    this.#answerNext();
  }

  #answerNext(): void {
    if (this.#accept === undefined) return;
    const result = this.#isClosed ? errno.EBADF : this.#waiting.shift();
    if (result !== undefined) this.#answer(result);
  }

  #answer(result: Connection | Errno): void {
    const answer = this.#accept;
    this.#accept = undefined;
    answer?.(result);
  }
}

/** The system chose the port where 0 was asked for; the host is named as it was. */
function boundAddress(server: NodeServer, at: ListenAt): SocketAddress {
  const bound = server.address();
  assert(bound !== null, "it listens");
  if (typeof bound === "string") return { kind: "unix", path: bound };
  const host = at.kind === "tcp" ? at.host : bound.address;
  return { kind: "tcp", host, port: bound.port };
}

function isOwn(at: ListenAt): at is Exclude<ListenAt, SocketAddress> {
  return at.kind === "handle" || at.kind === "inherited";
}

const hints: Readonly<Record<string, string>> = {
  EACCES: "choose a port of 1024 or higher, or a folder you may write",
  EADDRINUSE: "end what listens there, remove a socket file that was left, or choose another",
  EADDRNOTAVAIL: "choose an address of this machine, such as 127.0.0.1",
  ENOTFOUND: "choose an address of this machine, such as 127.0.0.1",
};

function failure(at: ListenAt, cause: Error): PlatformError {
  const code = codeOf(cause) ?? cause.message;
  const where = isOwn(at) ? "what was bound before" : `"${describeAddress(at)}"`;
  return new PlatformError(`cannot listen on ${where}: ${code}`, {
    code: "LISTEN_FAILED",
    hint: hints[code] ?? "choose another address",
    cause,
  });
}
