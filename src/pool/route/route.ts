/** Which requests something is for. Plain data. */
export interface Route {
  /** In lower case, without a port; `*.example.com` are all names below; `""` is any host. */
  readonly host: string;
  /** One path, or with a slash at its end all below it. */
  readonly path: string;
}

const hostForm = /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const pathForm = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/;
const routeCharactersMax = 1024;

/** Reads `/`, `/items/`, `example.com/health`, `*.example.com/`; `undefined` for anything else. */
export function parseRoute(text: string): Route | undefined {
  if (text.length > routeCharactersMax) return undefined;
  const slash = text.indexOf("/");
  if (slash < 0) return undefined;
  const host = text.slice(0, slash).toLowerCase();
  const path = text.slice(slash);
  if (host !== "" && !hostForm.test(host)) return undefined;
  return pathForm.test(path) && !hasDots(path) ? { host, path } : undefined;
}

export function formatRoute({ host, path }: Route): string {
  return `${host}${path}`;
}

/** What no request can have once its path is resolved. */
function hasDots(path: string): boolean {
  return path.split("/").some((name) => name === "." || name === "..");
}
