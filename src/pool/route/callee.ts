/** Whom a process may call. Plain data. */
export type Callee =
  /** What a process of an app serves, by the authority `PROCESS` or `PROCESS.APP`. */
  | { readonly kind: "name"; readonly authority: string; readonly key: string }
  /** A host outside, or with `*.` all below one. */
  | { readonly kind: "outside"; readonly host: string; readonly port: number };

const name = "[a-z](?:[a-z0-9-]*[a-z0-9])?";
const nameForm = new RegExp(`^(${name})(?:\\.(${name}))?$`);
const outsideForm = /^((?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]):(\d{1,5})$/;
const calleeCharactersMax = 255;

/** What a process is called among all that serve on a machine. */
export function servedKey(app: string, process: string): string {
  return `${app}/${process}`;
}

/** The same of a path in the tree: supervisors between the two are nobody's name. */
export function servedKeyOf(path: string): string {
  const names = path.split("/");
  return servedKey(names[0] ?? "", names.at(-1) ?? "");
}

/** Reads `cart`, `stock.app`, `api.example:443`, `*.example.com:443` for a process of `app`. */
export function parseCallee(text: string, app: string): Callee | undefined {
  if (text.length > calleeCharactersMax) return undefined;
  const lower = text.toLowerCase();
  const outside = outsideForm.exec(lower);
  if (outside !== null) {
    const [, host = "", portText] = outside;
    const port = Number(portText);
    return port >= 1 && port <= 65_535 ? { kind: "outside", host, port } : undefined;
  }
  const inside = nameForm.exec(lower);
  if (inside === null) return undefined;
  const [, process = "", other = app] = inside;
  return { kind: "name", authority: lower, key: servedKey(other, process) };
}

/** As a manifest lists it. */
export function formatCallee(callee: Callee): string {
  return callee.kind === "name" ? callee.authority : `${callee.host}:${callee.port}`;
}

const defaultPorts = { http: 80, https: 443 } as const;

/**
 * Whom a request of a process of `app` is for, as somebody would list it; nothing of what could
 * not be listed, or would list more than this one. `a.b` may be `a` of the app `b`, and a host
 * outside: it is a process where one is served by that key.
 */
export function calleeOfRequest(
  { authority, scheme }: { readonly authority: string; readonly scheme: "http" | "https" },
  app: string,
  isServed: (key: string) => boolean,
): Callee | undefined {
  if (authority.includes("*")) return undefined;
  const asWritten = parseCallee(authority, app);
  if (asWritten?.kind === "outside") return asWritten;
  const isInside = asWritten !== undefined && (!authority.includes(".") || isServed(asWritten.key));
  return isInside ? asWritten : parseCallee(`${authority}:${defaultPorts[scheme]}`, app);
}
