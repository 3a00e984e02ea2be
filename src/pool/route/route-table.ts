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
  #hasWildcards = false;

  /** Answers what has this very route already, and then changes nothing. */
  add({ host, path }: Route, target: T): T | undefined {
    const paths = this.#hosts.getOrInsertComputed(host, () => ({
      exact: new Map<string, T>(),
      below: new Map<string, T>(),
    }));
    this.#hasWildcards ||= host.startsWith("*");
    const map = path.endsWith("/") ? paths.below : paths.exact;
    const found = map.get(path);
    if (found === undefined) map.set(path, target);
    return found;
  }

  /** `authority` and `target` as a request has them. */
  find(authority: string, target: string): T | undefined {
    const path = pathOf(target);
    const host = hostOf(authority);
    const own = this.#findAt(host, path) ?? this.#findAtWildcards(host, path);
    return host === "" ? own : (own ?? this.#findAt("", path));
  }

  /** Whether anything at all is there for a host. */
  hasHost(authority: string): boolean {
    const host = hostOf(authority);
    return [host, ...wildcardsFor(host), ""].some((each) => this.#hosts.has(each));
  }

  #findAt(host: string, path: string): T | undefined {
    const paths = this.#hosts.get(host);
    return paths && findPath(paths, path);
  }

  #findAtWildcards(host: string, path: string): T | undefined {
    // Most tables have none, and names of hosts many parts.
    if (!this.#hasWildcards) return undefined;
    for (const wildcard of wildcardsFor(host)) {
      const found = this.#findAt(wildcard, path);
      if (found !== undefined) return found;
    }
    return undefined;
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

/** From the closest on. */
function wildcardsFor(host: string): readonly string[] {
  const wildcards: string[] = [];
  for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
    wildcards.push(`*${host.slice(dot)}`);
  }
  return wildcards;
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
