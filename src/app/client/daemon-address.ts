import { PlatformError } from "#core/sys";

/** Where a daemon listens. */
export type DaemonAddress =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number };

export type Environment = Readonly<Record<string, string | undefined>>;

/** What it is found under when nobody says otherwise, in the folder of the daemon's state. */
const socketName = "noos.sock";

/**
 * Where the daemon is: what was said (`at`), else `NOOS_AT`, else the socket in the folder of its
 * state. The daemon listens there, and everybody else looks there. Throws `USAGE`.
 */
export function daemonAddress(at?: string, environment: Environment = process.env): DaemonAddress {
  const given = at ?? environment["NOOS_AT"];
  if (given !== undefined && given !== "") return parseDaemonAddress(given);
  return { kind: "unix", path: `${stateFolder(environment)}/${socketName}` };
}

/** Where a daemon keeps its state: `NOOS_DATA`, else where this system keeps such things. */
export function stateFolder(environment: Environment = process.env): string {
  const { NOOS_DATA: own, XDG_STATE_HOME: states, HOME, USERPROFILE } = environment;
  if (own) return process.getBuiltinModule("node:path").resolve(own);
  // An XDG folder that is not absolute is to be ignored, says its specification.
  if (states?.startsWith("/")) return `${states}/noos`;
  const home = HOME ?? USERPROFILE ?? process.getBuiltinModule("node:os").homedir();
  return `${home}/.local/state/noos`;
}

/** `unix:/path`, a path with a slash in it, `127.0.0.1:7700`, `[::1]:7700`, `http://…`. */
export function parseDaemonAddress(text: string): DaemonAddress {
  const [, authority] = /^http:\/\/([^/]+)\/?$/.exec(text) ?? [];
  const tcp = authority ?? text;
  const [, bracketed, plain, digits] =
    /^(?:\[([\da-fA-F:.]+)\]|([\w.-]+)):(\d{1,5})$/.exec(tcp) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host !== undefined && host !== "unix" && port <= 65_535) return { kind: "tcp", host, port };
  const path = text.startsWith("unix:") ? text.slice("unix:".length) : text;
  const isPath = authority === undefined && !text.includes("://") && /[/\\]/.test(path);
  if (isPath) return { kind: "unix", path: process.getBuiltinModule("node:path").resolve(path) };
  throw new PlatformError(`"${text}" is not where a daemon could be`, {
    code: "USAGE",
    hint: "write unix:/path/to/noos.sock, or 127.0.0.1:7700 for one that listens on TCP",
  });
}

/** For people, and to be given again. */
export function formatDaemonAddress(address: DaemonAddress): string {
  if (address.kind === "unix") return `unix:${address.path}`;
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  return `http://${host}:${address.port}`;
}
