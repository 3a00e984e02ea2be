import { errno, Errno } from "#core/sys";
import type { Directory, Stat, Times } from "./node.ts";
import { checkPath } from "./path.ts";
import { Walk } from "./walk.ts";

/** A path below a directory that confines it. */
export interface PathAt {
  readonly base: Directory;
  readonly path: string;
}

/** Whether a symbolic link at the end of the path is followed. */
export interface Following {
  readonly followLast: boolean;
}

/** What is at `path`; of a symbolic link that is not followed, the link itself. */
export function statPath(base: Directory, path: string, options: Following): Stat | Errno {
  return walking(base, path, (walk) => statLast(walk, options));
}

/** Sets the times of what is at `path`. */
export function setPathTimes(
  base: Directory,
  path: string,
  change: Following & { readonly times: Times },
): Errno | undefined {
  return walking(base, path, (walk) => {
    if (change.followLast || walk.mustBeDirectory) {
      const stat = statLast(walk, change);
      if (stat instanceof Errno) return stat;
    }
    if (walk.name === "") return walk.here.setTimes(change.times);
    return walk.here.setEntryTimes(walk.name, change.times);
  });
}

/** The text of the symbolic link at `path`; EINVAL when there is something else. */
export function readLinkPath(base: Directory, path: string): string | Errno {
  return walking(base, path, (walk) => {
    if (walk.mustBeDirectory) {
      const stat = statLast(walk, { followLast: true });
      if (stat instanceof Errno) return stat;
      return errno.EINVAL;
    }
    return walk.name === "" ? errno.EINVAL : walk.here.readLink(walk.name);
  });
}

/** Makes an empty directory. A slash at the end of the path is as good as none. */
export function makePathDirectory(base: Directory, path: string): Errno | undefined {
  return walking(base, path, ({ here, name }) =>
    name === "" ? errno.EEXIST : here.makeDirectory(name),
  );
}

/**
 * Makes a symbolic link with the text `target`. EPERM for one that starts with a slash: no walk
 * would follow it, and a program outside that does follow it would be led astray.
 */
export function makePathSymlink(base: Directory, path: string, target: string): Errno | undefined {
  const refused = target.startsWith("/") ? errno.EPERM : checkPath(target);
  if (refused !== undefined) return refused;
  return walking(base, path, (walk) => refuseNew(walk) ?? walk.here.makeSymlink(walk.name, target));
}

/** Gives the file at `from` a second name; its symbolic link at the end is followed if asked. */
export function linkPath(from: PathAt & Following, to: PathAt): Errno | undefined {
  return walking(from.base, from.path, (source) => {
    if (from.followLast || source.mustBeDirectory) {
      const stat = statLast(source, from);
      if (stat instanceof Errno) return stat;
    }
    if (source.name === "") return errno.EPERM;
    const existing = { directory: source.here, name: source.name };
    return walking(
      to.base,
      to.path,
      (walk) => refuseNew(walk) ?? walk.here.link(walk.name, existing),
    );
  });
}

/** Moves what is at `from` to `to`, neither of them followed. */
export function renamePath(from: PathAt, to: PathAt): Errno | undefined {
  return walking(from.base, from.path, (source) =>
    walking(to.base, to.path, (target) => {
      if (source.name === "" || target.name === "") return errno.EBUSY;
      if (source.mustBeDirectory || target.mustBeDirectory) {
        const stat = source.here.statEntry(source.name);
        if (stat instanceof Errno) return stat;
        if (stat.kind !== "directory") return errno.ENOTDIR;
      }
      return source.here.rename(source.name, { directory: target.here, name: target.name });
    }),
  );
}

/** Removes a name that is not a directory's. */
export function unlinkPath(base: Directory, path: string): Errno | undefined {
  return walking(base, path, ({ here, name, mustBeDirectory }) => {
    if (name === "") return errno.EISDIR;
    if (!mustBeDirectory) return here.unlink(name);
    const stat = here.statEntry(name);
    if (stat instanceof Errno) return stat;
    return stat.kind === "directory" ? errno.EISDIR : errno.ENOTDIR;
  });
}

/** Removes an empty directory. */
export function removePathDirectory(base: Directory, path: string): Errno | undefined {
  return walking(base, path, ({ here, name }) =>
    name === "" ? errno.EINVAL : here.removeDirectory(name),
  );
}

/** Runs `act` on a walk that has reached the last name of `path`, and releases the walk. */
function walking<T>(base: Directory, path: string, act: (walk: Walk) => T | Errno): T | Errno {
  const walk = new Walk(base);
  try {
    return walk.go(path) ?? act(walk);
  } finally {
    walk.release();
  }
}

/** What the walk's last name is, after links are followed as asked; the walk stands there then. */
function statLast(walk: Walk, options: Following): Stat | Errno {
  for (;;) {
    if (walk.name === "") return walk.here.stat();
    const stat = walk.here.statEntry(walk.name);
    if (stat instanceof Errno) return stat;
    if (stat.kind !== "symlink" || !(options.followLast || walk.mustBeDirectory)) {
      return walk.mustBeDirectory && stat.kind !== "directory" ? errno.ENOTDIR : stat;
    }
    const failed = walk.follow();
    if (failed !== undefined) return failed;
  }
}

/** Why nothing but a directory can be made at the walk's last name, as Linux answers. */
function refuseNew(walk: Walk): Errno | undefined {
  if (walk.name === "") return errno.EEXIST;
  if (!walk.mustBeDirectory) return undefined;
  const stat = walk.here.statEntry(walk.name);
  if (stat instanceof Errno) return stat;
  return stat.kind === "directory" ? errno.EEXIST : errno.ENOTDIR;
}
