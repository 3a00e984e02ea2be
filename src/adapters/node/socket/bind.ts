import { getSystemErrorName } from "node:util";
import { PlatformError } from "#core/sys";
import { describeAddress, type SocketAddress } from "./address.ts";
import { listen } from "./listen.ts";

type TcpAddress = SocketAddress & { readonly kind: "tcp" };

/** An address that is this OS process's own, for its children to accept connections at. */
export interface BoundAddress {
  /** By which children inherit it, to listen on it. */
  readonly fd: number;
  /** With the port that the system chose, if it was asked to. */
  readonly address: TcpAddress;
  close(): void;
}

/** What Node's own `cluster` makes its shared sockets of. */
interface ServerHandle {
  readonly fd: number;
  listen(backlog: number): number;
  getsockname(into: { port?: number }): number;
  close(): void;
}

interface HandleMaker {
  _createServerHandle(
    host: string,
    port: number,
    family: 4 | 6,
    fd: number,
    flags: number,
  ): ServerHandle | number;
}

/**
 * Binds an address, given in numbers, for children to listen on. Once one has, whoever connects
 * while none of them accepts waits for the next: the loss of a child loses only what it had
 * accepted. Node has no public way to bind without accepting. Throws `LISTEN_FAILED`.
 */
export async function bindAddress(wanted: TcpAddress): Promise<BoundAddress> {
  // Two may bind to one address, and who listens first has it; so that is tried before.
  (await listen(wanted)).close();
  const handle = serverHandle(wanted);
  const bound: { port?: number } = {};
  handle.getsockname(bound);
  return {
    fd: handle.fd,
    address: { ...wanted, port: bound.port ?? wanted.port },
    close: () => handle.close(),
  };
}

/** An address that is this OS process's own, to be lent to children that run already. */
export interface BoundHandle {
  /** What a child is sent, to listen on it. */
  readonly handle: object;
  close(): void;
}

/** As `bindAddress`, at once; the handle can be sent to a child. Throws `LISTEN_FAILED`. */
export function bindNow(wanted: TcpAddress): BoundHandle {
  // As above: who listens there is found out only by listening.
  const trial = serverHandle(wanted);
  const failed = trial.listen(1);
  trial.close();
  if (failed < 0) throw bindFailed(wanted, getSystemErrorName(failed));
  const handle = serverHandle(wanted);
  return { handle, close: () => handle.close() };
}

function serverHandle(wanted: TcpAddress): ServerHandle {
  const net = process.getBuiltinModule("node:net") as unknown as HandleMaker;
  const { host, port } = wanted;
  const handle = net._createServerHandle(host, port, host.includes(":") ? 6 : 4, -1, 0);
  if (typeof handle === "number") throw bindFailed(wanted, getSystemErrorName(handle));
  return handle;
}

function bindFailed(address: SocketAddress, code: string): PlatformError {
  return new PlatformError(`cannot listen on "${describeAddress(address)}": ${code}`, {
    code: "LISTEN_FAILED",
    hint: "choose another address, in numbers",
  });
}
