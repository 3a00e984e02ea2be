import { dialer, listen as listenOn, type SocketListener } from "#adapters/node";
import { openNodeDirectory } from "#adapters/node/directory";
import type { Connection } from "#core/host";
import { formatAddress, parseAddress } from "#core/net";
import { Errno, PlatformError } from "#core/sys";
import type { DirectoryGrant } from "#core/system";

/** How a directory is granted. */
export interface DirectoryOptions {
  /** The name the program finds it under; its own path by default. */
  readonly guest?: string;
  /** Whether every change answers EROFS; the directory can be written by default. */
  readonly readOnly?: boolean;
}

/**
 * Opens a directory of this machine for `StartOptions.directories`. No path, link, rename or race
 * leads out of it. Throws `FILE_NOT_FOUND`, `GRANT_INVALID`, `FILE_NOT_READABLE`.
 */
export function directory(path: string, options: DirectoryOptions = {}): DirectoryGrant {
  const { guest = path, readOnly = false } = options;
  return { guest, port: openNodeDirectory(path, { readOnly }) };
}

/** A listening socket under the address it really has: the port, when the system chose it. */
export interface ListenerGrant {
  readonly name: string;
  readonly port: SocketListener;
}

/**
 * Listens for `StartOptions.listeners`. `address` is `HOST:PORT`, `[IPV6]:PORT`, `:PORT`
 * (loopback) or `unix:PATH`; port 0 leaves the choice to the system. Throws `LISTEN_FAILED`,
 * `GRANT_INVALID`.
 */
export async function listen(address: string): Promise<ListenerGrant> {
  const port = await listenOn(parseAddress(address));
  return { name: formatAddress(port.address), port };
}

/** A connected socket under the address it leads to. */
export interface ConnectionGrant {
  readonly name: string;
  readonly port: Connection;
}

/** Connects for `StartOptions.connections`. Throws `CONNECT_FAILED`, `GRANT_INVALID`. */
export async function connect(address: string): Promise<ConnectionGrant> {
  const parsed = parseAddress(address);
  const name = formatAddress(parsed);
  const { promise, resolve } = Promise.withResolvers<Connection | Errno>();
  dialer(parsed).dial(resolve);
  const port = await promise;
  if (!(port instanceof Errno)) return { name, port };
  throw new PlatformError(`cannot connect to "${name}": ${port.meaning}`, {
    code: "CONNECT_FAILED",
    hint: "start what listens there, or grant another address",
  });
}
