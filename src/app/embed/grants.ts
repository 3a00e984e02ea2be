import {
  type ConnectionGrant,
  type DirectoryOptions,
  grantConnection,
  grantDirectory,
  grantListener,
  type ListenerGrant,
} from "#app/grant";
import { parseAddress } from "#core/net";
import type { DirectoryGrant } from "#core/system";

/**
 * Opens a directory of this machine for `StartOptions.directories`. No path, link, rename or race
 * leads out of it. Throws `FILE_NOT_FOUND`, `GRANT_INVALID`, `FILE_NOT_READABLE`.
 */
export function directory(path: string, options: DirectoryOptions = {}): DirectoryGrant {
  return grantDirectory(path, options);
}

/**
 * Listens for `StartOptions.listeners`. `address` is `HOST:PORT`, `[IPV6]:PORT`, `:PORT`
 * (loopback) or `unix:PATH`; port 0 leaves the choice to the system. Throws `LISTEN_FAILED`,
 * `GRANT_INVALID`.
 */
export async function listen(address: string): Promise<ListenerGrant> {
  return grantListener(parseAddress(address));
}

/** Connects for `StartOptions.connections`. Throws `CONNECT_FAILED`, `GRANT_INVALID`. */
export async function connect(address: string): Promise<ConnectionGrant> {
  return grantConnection(parseAddress(address));
}
