import type { Entropy } from "#core/host";
import { errno, type Errno } from "#core/sys";
import {
  type Directory,
  madeUpStat,
  type DirectoryEntry,
  type OpenFile,
  type OpenMode,
  ReadOnlyDirectory,
  type Stat,
} from "#core/vfs";

/** What a device does with bytes. */
interface Device {
  /** Fills some of `target`; answers how many bytes, 0 for the end. */
  read(target: Uint8Array): number;
  write(bytes: Uint8Array): number | Errno;
}

/** The number that tells devices from the objects of other file systems: "noosdev" in ASCII. */
const deviceNumber = 0x6e_6f_6f_73_64_65_76n;
const rootInode = 1n;

/** A directory of the devices programs expect: null, zero, full, random and urandom. */
export function devices(entropy: Entropy): Directory {
  const swallow = (bytes: Uint8Array): number => bytes.length;
  const zeros = (target: Uint8Array): number => target.fill(0).length;
  const chance = (target: Uint8Array): number => {
    entropy.fill(target);
    return target.length;
  };
  return new DeviceDirectory({
    null: { read: () => 0, write: swallow },
    zero: { read: zeros, write: swallow },
    full: { read: zeros, write: (bytes) => (bytes.length === 0 ? 0 : errno.ENOSPC) },
    random: { read: chance, write: swallow },
    urandom: { read: chance, write: swallow },
  });
}

class DeviceDirectory extends ReadOnlyDirectory {
  readonly #files = new Map<string, DeviceFile>();

  constructor(byName: Readonly<Record<string, Device>>) {
    super();
    let inode = rootInode;
    for (const [name, device] of Object.entries(byName)) {
      inode += 1n;
      this.#files.set(name, new DeviceFile(device, inode));
    }
  }

  stat(): Stat {
    return madeUpStat("directory", deviceNumber, rootInode);
  }

  list(): readonly DirectoryEntry[] {
    return Array.from(this.#files, ([name, file]) => ({
      name,
      kind: file.kind,
      inode: file.stat().inode,
    }));
  }

  statEntry(name: string): Stat | Errno {
    return this.#files.get(name)?.stat() ?? errno.ENOENT;
  }

  enter(name: string): Errno {
    return this.#files.has(name) ? errno.ENOTDIR : errno.ENOENT;
  }

  open(name: string, mode: OpenMode): OpenFile | Errno {
    const file = this.#files.get(name);
    if (file === undefined) return mode.create ? errno.EROFS : errno.ENOENT;
    return mode.create && mode.exclusive ? errno.EEXIST : file;
  }

  readLink(name: string): Errno {
    return this.#files.has(name) ? errno.EINVAL : errno.ENOENT;
  }

  retain(): Directory {
    return this;
  }

  release(): void {}
}

/** A device has no state of its own, so all who open it share one. */
class DeviceFile implements OpenFile {
  readonly kind = "character" as const;
  readonly #device: Device;
  readonly #inode: bigint;

  constructor(device: Device, inode: bigint) {
    this.#device = device;
    this.#inode = inode;
  }

  stat(): Stat {
    return madeUpStat("character", deviceNumber, this.#inode);
  }

  setTimes(): Errno {
    return errno.EROFS;
  }

  read(target: Uint8Array, _position: number): number {
    return this.#device.read(target);
  }

  write(bytes: Uint8Array, _position: number): number | Errno {
    return this.#device.write(bytes);
  }

  truncate(_sizeBytes: number): Errno {
    return errno.EINVAL;
  }

  sync(): Errno {
    return errno.EINVAL;
  }

  close(): void {}
}
