import { errno, Errno } from "#core/sys";
import type { Directory, OpenFile, OpenMode, OpenStream } from "./node.ts";
import { checkPath, isPlain } from "./path.ts";
import { Walk } from "./walk.ts";

/** How a path is opened. */
export interface PathOpening extends OpenMode {
  /** Whether a symbolic link at the end of the path is followed; else it answers ELOOP. */
  readonly followLast: boolean;
  /** Whether only a directory will do; cannot go with `create`, `exclusive` or `truncate`. */
  readonly directory: boolean;
}

/**
 * Opens what is at `path` below `base`: a file, or a directory when neither writing, creating nor
 * truncating was asked for. The caller owns the answer; its `kind` says which of them it is.
 */
export function openPath(
  base: Directory,
  path: string,
  opening: PathOpening,
): OpenFile | Directory | Errno {
  return openAt(base, path, { opening, last: openLast });
}

/** As `openPath`, also of what is a connection, which is made then. */
export function openOrConnect(
  base: Directory,
  path: string,
  opening: PathOpening,
): OpenFile | OpenStream | Directory | Errno {
  return openAt(base, path, { opening, last: connectLast });
}

function openAt<Opened>(
  base: Directory,
  path: string,
  how: {
    readonly opening: PathOpening;
    readonly last: (walk: Walk, opening: PathOpening) => Opened | Errno;
  },
): Opened | Directory | Errno {
  const { opening, last } = how;
  if (opening.directory && (opening.create || opening.exclusive || opening.truncate)) {
    return errno.EINVAL;
  }
  const entered = enterAtOnce(base, path, opening);
  if (entered !== undefined) return entered;
  const walk = new Walk(base);
  try {
    let failed = walk.go(path);
    while (failed === undefined) {
      const opened = last(walk, opening);
      if (opened !== errno.ELOOP) return opened;
      if (!opening.followLast && !walk.mustBeDirectory) return errno.ELOOP;
      failed = walk.follow();
    }
    return failed;
  } finally {
    walk.release();
  }
}

/** A plain path to a directory needs no walk where its base can enter it in one step. */
function enterAtOnce(
  base: Directory,
  path: string,
  { directory, write }: PathOpening,
): Directory | Errno | undefined {
  if (!directory || write || base.enterPath === undefined || !isPlain(path)) return undefined;
  const refused = checkPath(path);
  if (refused !== undefined) return refused;
  const entered = base.enterPath(path);
  return entered === errno.ELOOP ? undefined : entered;
}

/** As `openLast`, where a file is wanted that may be a connection. */
function connectLast(walk: Walk, opening: PathOpening): OpenFile | OpenStream | Directory | Errno {
  const isFile = walk.name !== "" && !walk.mustBeDirectory && !opening.directory;
  const stream = isFile ? walk.here.connect?.(walk.name, opening) : undefined;
  return stream ?? openLast(walk, opening);
}

/** Opens the last name of a walk; ELOOP when that is a symbolic link. */
function openLast(walk: Walk, opening: PathOpening): OpenFile | Directory | Errno {
  const { create, write, truncate } = opening;
  const isReading = !create && !write && !truncate;
  if (walk.name === "") {
    if (create && opening.exclusive) return errno.EEXIST;
    return isReading ? walk.here.retain() : errno.EISDIR;
  }
  // Linux answers so before it looks whether there is anything.
  if (walk.mustBeDirectory && create) return errno.EISDIR;
  if (walk.mustBeDirectory || opening.directory) {
    const entered = walk.here.enter(walk.name);
    if (entered instanceof Errno || isReading) return entered;
    entered.release();
    return errno.EISDIR;
  }
  const opened = walk.here.open(walk.name, opening);
  return opened === errno.EISDIR && isReading ? walk.here.enter(walk.name) : opened;
}
