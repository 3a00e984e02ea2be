/** Where a socket listens or connects to; port 0 lets the system choose one. */
export type SocketAddress =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

/** The same as Node's socket functions take it. */
export function nodeAddress(
  address: SocketAddress,
): { readonly path: string } | { readonly host: string; readonly port: number } {
  return address.kind === "unix"
    ? { path: address.path }
    : { host: address.host, port: address.port };
}

/** For people, as it is written in a grant. */
export function describeAddress(address: SocketAddress): string {
  if (address.kind === "unix") return `unix:${address.path}`;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `${host}:${address.port}`;
}
