import type { Route } from "./route.ts";

/** The paths of one host: those that stand for themselves, and those with all below them. */
interface Paths<T> {
  readonly exact: Map<string, T>;
  readonly below: Map<string, T>;
}

/**
 * Finds what a request is for. The closest host counts first, then the longest path: as Go's
 * `ServeMux` has it. A lookup takes as many steps as the path has names.
 */
export class RouteTable<T> {
  readonly #hosts = new Map<string, Paths<T>>();

  /** Answers what has this very route already, and then changes nothing. */
  add({ host, path }: Route, target: T): T | undefined {
    const paths = this.#hosts.getOrInsertComputed(host, () => ({
      exact: new Map<string, T>(),
      below: new Map<string, T>(),
    }));
    const map = path.endsWith("/") ? paths.below : paths.exact;
    const found = map.get(path);
    if (found === undefined) map.set(path, target);
    return found;
  }

  /** `authority` and `target` as a request has them. */
  find(authority: string, target: string): T | undefined {
    const path = pathOf(target);
    for (const host of hostsFor(hostOf(authority))) {
      const paths = this.#hosts.get(host);
      const found = paths && findPath(paths, path);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether anything at all is there for a host. */
  hasHost(authority: string): boolean {
    return hostsFor(hostOf(authority)).some((host) => this.#hosts.has(host));
  }
}

function findPath<T>({ exact, below }: Paths<T>, path: string): T | undefined {
  const found = exact.get(path) ?? below.get(`${path}/`);
  if (found !== undefined || below.size === 0) return found;
  for (let end = path.lastIndexOf("/"); end >= 0; end = path.lastIndexOf("/", end - 1)) {
    const above = below.get(path.slice(0, end + 1));
    if (above !== undefined) return above;
    if (end === 0) break;
  }
  return undefined;
}

/** The host itself, then its wildcards from the closest on, then any. */
function hostsFor(host: string): readonly string[] {
  const hosts = [host];
  for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
    hosts.push(`*${host.slice(dot)}`);
  }
  if (host !== "") hosts.push("");
  return hosts;
}

function hostOf(authority: string): string {
  const end = authority.startsWith("[") ? authority.indexOf("]") + 1 : authority.indexOf(":");
  const host = end > 0 ? authority.slice(0, end) : authority;
  // A name may be written with the dot of the root.
  return (host.endsWith(".") ? host.slice(0, -1) : host).toLowerCase();
}

function pathOf(target: string): string {
  const query = target.indexOf("?");
  return query < 0 ? target : target.slice(0, query);
}
