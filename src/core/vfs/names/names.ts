import type { Outlet } from "#core/host/traffic";
import { dialTunnel, tunnelHead } from "#core/net";
import { errno, Errno } from "#core/sys";
import {
  type Directory,
  madeUpStat,
  type DirectoryEntry,
  type OpenMode,
  type OpenStream,
  ReadOnlyDirectory,
  type Stat,
} from "#core/vfs";

/** The number that tells these from the objects of other file systems: "noosnet" in ASCII. */
const deviceNumber = 0x6e_6f_6f_73_6e_65_74n;
const rootInode = 1n;

/** A directory of `names`, each of which opens as a connection that `outlet` makes. */
export function namesDirectory(names: readonly string[], outlet: Outlet): Directory {
  return new NamesDirectory(names, outlet);
}

class NamesDirectory extends ReadOnlyDirectory {
  /** With the inodes of what has them. */
  readonly #names: ReadonlyMap<string, bigint>;
  readonly #outlet: Outlet;

  constructor(names: readonly string[], outlet: Outlet) {
    super();
    this.#names = new Map(names.map((name, index) => [name, rootInode + BigInt(index) + 1n]));
    this.#outlet = outlet;
  }

  stat(): Stat {
    return madeUpStat("directory", deviceNumber, rootInode);
  }

  list(): readonly DirectoryEntry[] {
    return Array.from(this.#names, ([name, inode]) => ({ name, kind: "socket", inode }));
  }

  statEntry(name: string): Stat | Errno {
    const inode = this.#names.get(name);
    return inode === undefined ? errno.ENOENT : madeUpStat("socket", deviceNumber, inode);
  }

  enter(name: string): Errno {
    return this.#names.has(name) ? errno.ENOTDIR : errno.ENOENT;
  }

  /** What has a name is no file. */
  open(name: string, mode: OpenMode): Errno {
    if (this.#names.has(name)) return errno.ENXIO;
    return mode.create ? errno.EROFS : errno.ENOENT;
  }

  connect(name: string, mode: OpenMode): OpenStream | Errno | undefined {
    if (!this.#names.has(name)) return undefined;
    if (mode.create && mode.exclusive) return errno.EEXIST;
    // It lasts as long as both sides want it to: what has a deadline is said over it.
    const options = { hasBody: true, deadlineNs: Infinity };
    const request = this.#outlet.request(tunnelHead(name), options);
    return request instanceof Errno ? request : { kind: "stream", connection: dialTunnel(request) };
  }

  readLink(name: string): Errno {
    return this.#names.has(name) ? errno.EINVAL : errno.ENOENT;
  }

  retain(): Directory {
    return this;
  }

  release(): void {}
}
