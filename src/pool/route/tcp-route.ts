/** An address at which raw connections are for something. Plain data. */
export interface TcpRoute {
  /** In numbers, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

const form = /^tcp:(?:(?:(\d{1,3}(?:\.\d{1,3}){3})|\[([0-9a-f:.]{2,45})\]):)?(\d{1,5})$/;
const loopback = "127.0.0.1";
const anywhere: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/**
 * Reads `tcp:5432` (which is loopback), `tcp:0.0.0.0:5432`, `tcp:[::]:5432`; `undefined` for
 * anything else.
 */
export function parseTcpRoute(text: string): TcpRoute | undefined {
  const found = form.exec(text.toLowerCase());
  if (found === null) return undefined;
  const [, four, six, portText] = found;
  const port = Number(portText);
  if (port < 1 || port > 65_535) return undefined;
  if (four !== undefined && four.split(".").some((part) => Number(part) > 255)) return undefined;
  return { host: four ?? six ?? loopback, port };
}

/** One text for one route, whichever way it was written. */
export function formatTcpRoute({ host, port }: TcpRoute): string {
  return `tcp:${host.includes(":") ? `[${host}]` : host}:${port}`;
}

export function isTcpRoute(text: string): boolean {
  return text.startsWith("tcp:");
}

/** Whether no two may have them: an address of all interfaces is each of them. */
export function clashes(one: TcpRoute, other: TcpRoute): boolean {
  const isOneHost = one.host === other.host || anywhere.has(one.host) || anywhere.has(other.host);
  return one.port === other.port && isOneHost;
}
