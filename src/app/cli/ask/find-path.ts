import { nearest } from "#core/base";
import { PlatformError } from "#core/sys";

/** How many candidates a message names. */
const namedMax = 8;

export interface Sought {
  /** As somebody typed it: a path, the end of one, or only a name. */
  readonly typed: string;
  /** What was to be done: `end`. The hints are commands with it. */
  readonly deed: string;
  /** What is looked for: `process`, `spec`. */
  readonly what: string;
}

/**
 * The path that is meant: just that, or the only one that ends with it. Throws `USAGE` where there
 * are several, `CHILD_UNKNOWN` where there is none.
 */
export function findPath(paths: readonly string[], { typed, deed, what }: Sought): string {
  if (paths.includes(typed)) return typed;
  const found = paths.filter((path) => path.endsWith(`/${typed}`));
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  if (first !== undefined) {
    const more = found.length > namedMax ? `, and ${found.length - namedMax} more` : "";
    const named = found.slice(0, namedMax).join(", ");
    throw new PlatformError(`"${typed}" is any of ${named}${more}`, {
      code: "USAGE",
      hint: `say which: noos ${deed} ${first}`,
    });
  }
  const near = nearPath(typed, paths);
  throw new PlatformError(`there is no ${what} called "${typed}"`, {
    code: "CHILD_UNKNOWN",
    hint: near === undefined ? "noos ps" : `did you mean noos ${deed} ${near}? (all: noos ps)`,
  });
}

/** By whole paths if it looks like one, else by last names. */
function nearPath(typed: string, paths: readonly string[]): string | undefined {
  const near = nearest(typed, paths);
  if (near !== undefined || typed.includes("/")) return near;
  const byName = new Map(paths.map((path) => [path.slice(path.lastIndexOf("/") + 1), path]));
  const name = nearest(typed, [...byName.keys()]);
  return name === undefined ? undefined : byName.get(name);
}
