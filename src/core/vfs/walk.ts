import { errno, Errno } from "#core/sys";
import type { Directory } from "./node.ts";
import { checkPath, isNameTooLong, isPlain, pathLimits } from "./path.ts";

/**
 * A walk along a path, confined to a base directory. It goes up to the last name and leaves that
 * to the caller, who may then `follow` it if it is a symbolic link.
 *
 * It is confined because nobody but the walk goes up: `..` is a step back on its own stack of
 * open directories, never a name that is looked up. Whatever would lead above the base (a leading
 * slash, too many `..`, a link that has either) answers EPERM, as in wasmtime.
 *
 * The walk owns what it entered; `release` gives all of it back. The base stays its owner's.
 */
export class Walk {
  /** The directory that holds `name`. Valid until `release`. */
  here: Directory;
  /** The last name of the path, or "" when the path ends in `here` itself (`.`, `a/..`, `a/.`). */
  name = "";
  /** Whether the path had a slash at its end, so that only a directory will do. */
  mustBeDirectory = false;

  /** The directories from the base down to the parent of `here`; empty when `here` is the base. */
  readonly #above: Directory[] = [];
  /** How `above[0]` led to the directory below it, when that was in one step for several names. */
  #shortcut: string | undefined = undefined;
  #linksLeft: number = pathLimits.linksMax;

  constructor(base: Directory) {
    this.here = base;
  }

  /** Walks `path`. An `Errno` ends the walk; it is still to be released. */
  go(path: string): Errno | undefined {
    return refuse(path) ?? this.#begin(path);
  }

  /**
   * Goes on where the symbolic link `name` leads. When it is none, because somebody else has put
   * another thing in its place, the walk stays for the caller to look again.
   */
  follow(): Errno | undefined {
    const target = this.#readLink(this.name);
    if (target === errno.EINVAL) return undefined;
    return target instanceof Errno ? target : this.#begin(target);
  }

  /** `here` for an owner of its own. */
  retainHere(): Directory {
    return this.here.retain();
  }

  release(): void {
    while (this.#above.length > 0) this.#leave();
  }

  #begin(path: string): Errno | undefined {
    if (path.endsWith("/")) this.mustBeDirectory = true;
    const start = this.#skip(path);
    return start instanceof Errno ? start : this.#advance(path, start);
  }

  /** Takes all but the last name of `path` in one step, if that can be; answers where that is. */
  #skip(path: string): number | Errno {
    if (this.here.enterPath === undefined || this.#above.length > 0) return 0;
    const end = path.lastIndexOf("/", path.length - 2);
    if (end <= 0 || path.endsWith("//")) return 0;
    const prefix = path.slice(0, end);
    if (!prefix.includes("/") || !isPlain(prefix)) return 0;
    const entered = this.here.enterPath(prefix);
    if (entered === errno.ELOOP) return 0;
    if (entered instanceof Errno) return entered;
    this.#step(entered);
    this.#shortcut = prefix;
    return end + 1;
  }

  #advance(path: string, start: number): Errno | undefined {
    let rest = path;
    let at = start;
    for (;;) {
      const end = endOfName(rest, at);
      const next = endOfSlashes(rest, end);
      const name = rest.slice(at, end);
      const isLast = next === rest.length;
      if (isNameTooLong(name)) return errno.ENAMETOOLONG;
      if (name === "." || name === "..") {
        const failed = name === ".." ? this.#up() : undefined;
        if (failed !== undefined || isLast) {
          this.name = "";
          return failed;
        }
      } else if (isLast) {
        this.name = name;
        return undefined;
      } else {
        const entered = this.here.enter(name);
        if (entered === errno.ELOOP) {
          const target = this.#readLink(name);
          // It is no link any more: the next round looks again, as often as links are followed.
          if (target === errno.EINVAL) continue;
          if (target instanceof Errno) return target;
          rest = `${target}/${rest.slice(next)}`;
          at = 0;
          continue;
        }
        if (entered instanceof Errno) return entered;
        this.#step(entered);
      }
      at = next;
    }
  }

  #readLink(name: string): string | Errno {
    if (this.#linksLeft === 0) return errno.ELOOP;
    this.#linksLeft -= 1;
    const target = this.here.readLink(name);
    if (target instanceof Errno) return target;
    return refuse(target) ?? target;
  }

  #up(): Errno | undefined {
    if (this.#above.length === 0) return errno.EPERM;
    const shortcut = this.#shortcut;
    this.#leave();
    if (shortcut === undefined || this.#above.length > 0) return undefined;
    // The step back was over several names: all of them but the last are walked again.
    this.#shortcut = undefined;
    for (const name of shortcut.split("/").slice(0, -1)) {
      const entered = this.here.enter(name);
      if (entered instanceof Errno) return entered;
      this.#step(entered);
    }
    return undefined;
  }

  #step(entered: Directory): void {
    this.#above.push(this.here);
    this.here = entered;
  }

  #leave(): void {
    const parent = this.#above.pop();
    if (parent === undefined) return;
    this.here.release();
    this.here = parent;
  }
}

function refuse(path: string): Errno | undefined {
  return checkPath(path) ?? (path.startsWith("/") ? errno.EPERM : undefined);
}

function endOfName(path: string, start: number): number {
  const slash = path.indexOf("/", start);
  return slash < 0 ? path.length : slash;
}

function endOfSlashes(path: string, start: number): number {
  let end = start;
  while (path[end] === "/") end += 1;
  return end;
}
