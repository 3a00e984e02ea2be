import { assert } from "#core/base";
import type { HostHandle, OutsideDirectory } from "#core/host";
import { errno, Errno } from "#core/sys";
import type { Directory, DirectoryEntry, OpenFile, OpenMode, Place, Stat, Times } from "#core/vfs";
import { OutsideFile } from "./file.ts";

/**
 * A directory of the host, granted to a process. The answer stands for the port's root and needs
 * no release; the port's owner closes everything with `closeAll`.
 */
export function outsideDirectory(port: OutsideDirectory): Directory {
  return new OutsideFolder(port, port.root);
}

/** One open directory of the host. Each method is one call of the port, with no state beside it. */
class OutsideFolder implements Directory {
  readonly kind = "directory" as const;
  readonly #port: OutsideDirectory;
  readonly #handle: HostHandle;
  #owners = 1;

  constructor(port: OutsideDirectory, handle: HostHandle) {
    this.#port = port;
    this.#handle = handle;
  }

  stat(): Stat | Errno {
    return this.#port.statHandle(this.#handle);
  }

  setTimes(times: Times): Errno | undefined {
    return this.#refused() ?? this.#port.setTimes(this.#handle, times);
  }

  sync(): Errno | undefined {
    return this.#port.sync(this.#handle);
  }

  list(): readonly DirectoryEntry[] | Errno {
    return this.#port.list(this.#handle);
  }

  statEntry(name: string): Stat | Errno {
    return this.#port.stat(this.#handle, name);
  }

  setEntryTimes(name: string, times: Times): Errno | undefined {
    return this.#refused() ?? this.#port.setTimesAt(this.#handle, name, times);
  }

  readLink(name: string): string | Errno {
    return this.#port.readLink(this.#handle, name);
  }

  enter(name: string): Directory | Errno {
    const handle = this.#port.openDirectory(this.#handle, name);
    return handle instanceof Errno ? handle : new OutsideFolder(this.#port, handle);
  }

  enterPath(path: string): Directory | Errno {
    return this.enter(path);
  }

  open(name: string, mode: OpenMode): OpenFile | Errno {
    const isReading = !mode.write && !mode.truncate && !mode.create;
    if (!isReading && this.#port.readOnly) return this.#refuseOpening(name, mode);
    const handle = this.#port.openFile(this.#handle, name, mode);
    return handle instanceof Errno ? handle : new OutsideFile(this.#port, handle);
  }

  makeDirectory(name: string): Errno | undefined {
    return this.#refused() ?? this.#port.makeDirectory(this.#handle, name);
  }

  makeSymlink(name: string, target: string): Errno | undefined {
    return this.#refused() ?? this.#port.makeSymlink(this.#handle, name, target);
  }

  link(name: string, existing: Place): Errno | undefined {
    const from = existing.directory;
    if (!(from instanceof OutsideFolder) || from.#port !== this.#port) return errno.EXDEV;
    const source = { parent: from.#handle, name: existing.name };
    return this.#refused() ?? this.#port.link(source, { parent: this.#handle, name });
  }

  unlink(name: string): Errno | undefined {
    return this.#refused() ?? this.#port.unlink(this.#handle, name);
  }

  removeDirectory(name: string): Errno | undefined {
    return this.#refused() ?? this.#port.removeDirectory(this.#handle, name);
  }

  rename(name: string, to: Place): Errno | undefined {
    const { directory } = to;
    if (!(directory instanceof OutsideFolder) || directory.#port !== this.#port) {
      return errno.EXDEV;
    }
    const target = { parent: directory.#handle, name: to.name };
    return this.#refused() ?? this.#port.rename({ parent: this.#handle, name }, target);
  }

  retain(): Directory {
    this.#owners += 1;
    return this;
  }

  release(): void {
    assert(this.#owners > 0, "a directory is released once by each of its owners");
    this.#owners -= 1;
    if (this.#owners === 0 && this.#handle !== this.#port.root) this.#port.close(this.#handle);
  }

  #refused(): Errno | undefined {
    return this.#port.readOnly ? errno.EROFS : undefined;
  }

  /** What may have been meant for reading, only created if missing, is still opened. */
  #refuseOpening(name: string, mode: OpenMode): OpenFile | Errno {
    const { write, truncate, create, exclusive } = mode;
    const stat = this.#port.stat(this.#handle, name);
    if (stat === errno.ENOENT) return create ? errno.EROFS : errno.ENOENT;
    if (stat instanceof Errno) return stat;
    if (create && exclusive) return errno.EEXIST;
    if (stat.kind === "symlink") return errno.ELOOP;
    if (stat.kind === "directory") return errno.EISDIR;
    if (write || truncate) return errno.EROFS;
    return this.open(name, { ...mode, create: false });
  }
}
