import { errno, type Errno } from "#core/sys";
import type { Directory, DirectoryEntry, OpenFile, OpenMode, Place, Stat, Times } from "./node.ts";

/** A directory of a file system that cannot be changed: every change answers EROFS. */
export abstract class ReadOnlyDirectory implements Directory {
  readonly kind = "directory" as const;

  abstract stat(): Stat | Errno;
  abstract list(): readonly DirectoryEntry[] | Errno;
  abstract statEntry(name: string): Stat | Errno;
  abstract enter(name: string): Directory | Errno;
  abstract open(name: string, mode: OpenMode): OpenFile | Errno;
  abstract readLink(name: string): string | Errno;
  abstract retain(): Directory;
  abstract release(): void;

  sync(): Errno | undefined {
    return undefined;
  }

  setTimes(_times: Times): Errno | undefined {
    return errno.EROFS;
  }

  setEntryTimes(_name: string, _times: Times): Errno | undefined {
    return errno.EROFS;
  }

  makeDirectory(_name: string): Errno | undefined {
    return errno.EROFS;
  }

  makeSymlink(_name: string, _target: string): Errno | undefined {
    return errno.EROFS;
  }

  link(_name: string, _existing: Place): Errno | undefined {
    return errno.EROFS;
  }

  unlink(_name: string): Errno | undefined {
    return errno.EROFS;
  }

  removeDirectory(_name: string): Errno | undefined {
    return errno.EROFS;
  }

  rename(_name: string, _to: Place): Errno | undefined {
    return errno.EROFS;
  }
}
