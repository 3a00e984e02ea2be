import { PlatformError } from "#core/sys";

/** Where a stream socket listens or connects to. */
export type Address =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

const pathBytesMax = 107;

/**
 * Reads `HOST:PORT`, `[IPV6]:PORT`, `:PORT` (loopback), `tcp:…` or `unix:PATH`. Throws
 * `GRANT_INVALID` for anything else.
 */
export function parseAddress(text: string): Address {
  if (text.startsWith("unix:")) {
    const path = text.slice(5);
    if (path === "" || new TextEncoder().encode(path).length > pathBytesMax) {
      throw invalid(text, `a socket path has 1 to ${pathBytesMax} bytes`);
    }
    return { kind: "unix", path };
  }
  const bare = text.startsWith("tcp:") ? text.slice(4) : text;
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s[\]/]*)):(\d{1,5})$/.exec(bare);
  if (match === null) throw invalid(text, "expected HOST:PORT, [IPV6]:PORT or unix:PATH");
  const port = Number(match[3]);
  if (port > 65_535) throw invalid(text, `port ${port} is over 65535`);
  const host = match[1] ?? match[2] ?? "";
  return { kind: "tcp", host: host === "" ? "127.0.0.1" : host, port };
}

/** The text `parseAddress` reads as this address. */
export function formatAddress(address: Address): string {
  if (address.kind === "unix") return `unix:${address.path}`;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  // A host may be called as a kind is.
  const kind = host === "unix" || host === "tcp" ? "tcp:" : "";
  return `${kind}${host}:${address.port}`;
}

function invalid(text: string, why: string): PlatformError {
  return new PlatformError(`cannot read the address "${text}": ${why}`, {
    code: "GRANT_INVALID",
    hint: "write it as 127.0.0.1:8080, [::1]:8080 or unix:/path/to.sock",
  });
}
