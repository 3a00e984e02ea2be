import { dialer, listen, type SocketListener } from "#adapters/node";
import { openNodeDirectory } from "#adapters/node/directory";
import type { Connection } from "#core/host";
import { type Address, formatAddress } from "#core/net";
import { Errno, PlatformError } from "#core/sys";
import type { DirectoryGrant } from "#core/system";

/** How a directory is granted. */
export interface DirectoryOptions {
  /** The name the program finds it under; its own path by default. */
  readonly guest?: string;
  /** Whether every change answers EROFS; the directory can be written by default. */
  readonly readOnly?: boolean;
}

/** Opens a directory. Throws `FILE_NOT_FOUND`, `GRANT_INVALID`, `FILE_NOT_READABLE`. */
export function grantDirectory(path: string, options: DirectoryOptions = {}): DirectoryGrant {
  const { guest = path, readOnly = false } = options;
  return { guest, port: openNodeDirectory(path, { readOnly }) };
}

/** A listening socket under the address it really has: the port, when the system chose it. */
export interface ListenerGrant {
  readonly name: string;
  readonly port: SocketListener;
}

/** Listens on an address. Throws `LISTEN_FAILED`. */
export async function grantListener(address: Address): Promise<ListenerGrant> {
  const port = await listen(address);
  return { name: formatAddress(port.address), port };
}

/** A connected socket under the address it leads to. */
export interface ConnectionGrant {
  readonly name: string;
  readonly port: Connection;
}

/** Connects to an address. Throws `CONNECT_FAILED`. */
export async function grantConnection(address: Address): Promise<ConnectionGrant> {
  const name = formatAddress(address);
  const { promise, resolve } = Promise.withResolvers<Connection | Errno>();
  dialer(address).dial(resolve);
  const port = await promise;
  if (!(port instanceof Errno)) return { name, port };
  throw new PlatformError(`cannot connect to "${name}": ${port.meaning}`, {
    code: "CONNECT_FAILED",
    hint: "start what listens there, or grant another address",
  });
}
