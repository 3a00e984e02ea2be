import { errno, Errno, PlatformError } from "#core/sys";
import type {
  Directory,
  DirectoryEntry,
  OpenFile,
  OpenMode,
  OpenStream,
  Place,
  Stat,
  Times,
} from "./node.ts";
import { ReadOnlyDirectory } from "./read-only.ts";

/** A directory to be seen at a path of another one. */
export interface Mount {
  /** Where it is to be seen, with or without a slash in front: `/dev`, `home/work`, `/`. */
  readonly path: string;
  /** Borrowed: it has to outlive what is mounted on. */
  readonly directory: Directory;
}

/**
 * `root` with other directories at paths in it, hiding what `root` has there. Names on the way
 * that `root` lacks are there as empty directories. Mount points cannot be removed or renamed
 * (EBUSY); links and renames do not cross them (EXDEV). Releasing the answer releases `root`.
 */
export function mountAt(root: Directory, mounts: readonly Mount[]): Directory {
  const top = new MountPoint(1n);
  let inode = 1n;
  for (const { path, directory } of mounts) {
    let point = top;
    for (const name of namesOf(path)) {
      let next = point.below.get(name);
      if (next === undefined) {
        inode += 1n;
        next = new MountPoint(inode);
        point.below.set(name, next);
      }
      point = next;
    }
    point.mounted = directory;
  }
  return new MountedDirectory(top.mounted ?? root, top);
}

function namesOf(path: string): readonly string[] {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  if (!names.includes("..") && !path.includes("\0")) return names;
  throw new PlatformError(`cannot mount a directory at "${path}"`, {
    code: "GRANT_INVALID",
    hint: "give a path without .. in it",
  });
}

/** A name on the way to what is mounted, or the place where it is mounted. */
class MountPoint {
  mounted: Directory | undefined = undefined;
  readonly below = new Map<string, MountPoint>();
  /** Stands in where the directory below has no such name. */
  readonly standIn: Directory;

  constructor(inode: bigint) {
    this.standIn = new EmptyDirectory(inode);
  }
}

const noPoints: ReadonlyMap<string, MountPoint> = new Map();

/**
 * A directory with mount points in it, perhaps none: everything entered from a mounted directory
 * is wrapped, so that both ends of a rename can be unwrapped alike.
 */
class MountedDirectory implements Directory {
  readonly kind = "directory" as const;
  readonly #inner: Directory;
  readonly #points: ReadonlyMap<string, MountPoint>;

  constructor(inner: Directory, point?: MountPoint) {
    this.#inner = inner;
    this.#points = point?.below ?? noPoints;
  }

  stat(): Stat | Errno {
    return this.#inner.stat();
  }

  setTimes(times: Times): Errno | undefined {
    return this.#inner.setTimes(times);
  }

  sync(): Errno | undefined {
    return this.#inner.sync();
  }

  list(): readonly DirectoryEntry[] | Errno {
    const entries = this.#inner.list();
    if (entries instanceof Errno || this.#points.size === 0) return entries;
    const seen = entries.filter(({ name }) => !this.#points.has(name));
    for (const [name, point] of this.#points) {
      const stat = this.#statPoint(point, name);
      if (!(stat instanceof Errno)) seen.push({ name, kind: "directory", inode: stat.inode });
    }
    return seen;
  }

  statEntry(name: string): Stat | Errno {
    const point = this.#points.get(name);
    return point === undefined ? this.#inner.statEntry(name) : this.#statPoint(point, name);
  }

  setEntryTimes(name: string, times: Times): Errno | undefined {
    const point = this.#points.get(name);
    if (point === undefined) return this.#inner.setEntryTimes(name, times);
    const directory = this.#directoryAt(point, name);
    const failed = directory.setTimes(times);
    directory.release();
    return failed;
  }

  readLink(name: string): string | Errno {
    return this.#points.has(name) ? errno.EINVAL : this.#inner.readLink(name);
  }

  enter(name: string): Directory | Errno {
    const point = this.#points.get(name);
    if (point !== undefined) return new MountedDirectory(this.#directoryAt(point, name), point);
    const entered = this.#inner.enter(name);
    return entered instanceof Errno ? entered : new MountedDirectory(entered);
  }

  enterPath(path: string): Directory | Errno {
    const [first = path] = path.split("/", 1);
    if (this.#points.has(first)) return errno.ELOOP;
    const entered = this.#inner.enterPath?.(path) ?? errno.ELOOP;
    return entered instanceof Errno ? entered : new MountedDirectory(entered);
  }

  connect(name: string, mode: OpenMode): OpenStream | Errno | undefined {
    return this.#points.has(name) ? undefined : this.#inner.connect?.(name, mode);
  }

  open(name: string, mode: OpenMode): OpenFile | Errno {
    if (!this.#points.has(name)) return this.#inner.open(name, mode);
    return mode.create && mode.exclusive ? errno.EEXIST : errno.EISDIR;
  }

  makeDirectory(name: string): Errno | undefined {
    return this.#points.has(name) ? errno.EEXIST : this.#inner.makeDirectory(name);
  }

  makeSymlink(name: string, target: string): Errno | undefined {
    return this.#points.has(name) ? errno.EEXIST : this.#inner.makeSymlink(name, target);
  }

  link(name: string, existing: Place): Errno | undefined {
    if (this.#points.has(name)) return errno.EEXIST;
    const { directory } = existing;
    if (!(directory instanceof MountedDirectory)) return errno.EXDEV;
    if (directory.#points.has(existing.name)) return errno.EPERM;
    return this.#inner.link(name, { directory: directory.#inner, name: existing.name });
  }

  unlink(name: string): Errno | undefined {
    return this.#points.has(name) ? errno.EISDIR : this.#inner.unlink(name);
  }

  removeDirectory(name: string): Errno | undefined {
    return this.#points.has(name) ? errno.EBUSY : this.#inner.removeDirectory(name);
  }

  rename(name: string, to: Place): Errno | undefined {
    const { directory } = to;
    if (!(directory instanceof MountedDirectory)) return errno.EXDEV;
    if (this.#points.has(name) || directory.#points.has(to.name)) return errno.EBUSY;
    return this.#inner.rename(name, { directory: directory.#inner, name: to.name });
  }

  retain(): Directory {
    this.#inner.retain();
    return this;
  }

  release(): void {
    this.#inner.release();
  }

  /** The directory seen at a mount point, for the caller to release. */
  #directoryAt(point: MountPoint, name: string): Directory {
    if (point.mounted !== undefined) return point.mounted.retain();
    const entered = this.#inner.enter(name);
    return entered instanceof Errno ? point.standIn : entered;
  }

  #statPoint(point: MountPoint, name: string): Stat | Errno {
    const directory = this.#directoryAt(point, name);
    const stat = directory.stat();
    directory.release();
    return stat;
  }
}

/** A directory with nothing in it, on the way to a mount point. */
class EmptyDirectory extends ReadOnlyDirectory {
  readonly #inode: bigint;

  constructor(inode: bigint) {
    super();
    this.#inode = inode;
  }

  stat(): Stat {
    return {
      kind: "directory",
      device: 0n,
      inode: this.#inode,
      links: 2,
      sizeBytes: 0,
      accessedNs: 0n,
      modifiedNs: 0n,
      changedNs: 0n,
    };
  }

  list(): readonly DirectoryEntry[] {
    return [];
  }

  statEntry(_name: string): Errno {
    return errno.ENOENT;
  }

  enter(_name: string): Errno {
    return errno.ENOENT;
  }

  open(_name: string, mode: OpenMode): Errno {
    return mode.create ? errno.EROFS : errno.ENOENT;
  }

  readLink(_name: string): Errno {
    return errno.ENOENT;
  }

  retain(): Directory {
    return this;
  }

  release(): void {}
}
