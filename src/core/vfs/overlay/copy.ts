import { errno, Errno } from "#core/sys";
import type { Directory, OpenFile, OpenMode, Place, Stat } from "#core/vfs";

const chunkBytes = 64 * 1024;
const forReading: OpenMode = {
  read: true,
  write: false,
  create: false,
  exclusive: false,
  truncate: false,
};
const forCopy: OpenMode = {
  read: false,
  write: true,
  create: true,
  exclusive: true,
  truncate: false,
};

/** Opens a file to read it. */
export function openForReading(directory: Directory, name: string): OpenFile | Errno {
  return directory.open(name, forReading);
}

/** What to copy: what it is, and whether a file's bytes come along or it is left empty. */
export interface CopyOptions {
  readonly stat: Stat;
  readonly withBytes: boolean;
}

/**
 * Copies a file or symbolic link of a lower directory to the same name in an upper one, with its
 * times. It is there whole afterwards, or not at all.
 */
export function copyEntry(from: Place, upper: Directory, options: CopyOptions): Errno | undefined {
  const { name } = from;
  const failed =
    options.stat.kind === "symlink"
      ? copySymlink(from, upper)
      : copyFile(from, upper, options.withBytes);
  return failed ?? upper.setEntryTimes(name, options.stat);
}

/** Runs `change`, which adds a name to `directory`, so that it leaves no mark on its times. */
export function withTimesKept<T>(directory: Directory, change: () => T): T {
  const before = directory.stat();
  const result = change();
  if (!(before instanceof Errno)) directory.setTimes(before);
  return result;
}

function copySymlink({ directory, name }: Place, upper: Directory): Errno | undefined {
  const target = directory.readLink(name);
  return target instanceof Errno ? target : upper.makeSymlink(name, target);
}

function copyFile(
  { directory, name }: Place,
  upper: Directory,
  withBytes: boolean,
): Errno | undefined {
  const copy = upper.open(name, forCopy);
  if (copy instanceof Errno) return copy;
  const source = withBytes ? openForReading(directory, name) : undefined;
  let failed: Errno | undefined = undefined;
  if (source instanceof Errno) {
    failed = source;
  } else if (source !== undefined) {
    failed = copyBytes(source, copy);
    source.close();
  }
  copy.close();
  if (failed !== undefined) upper.unlink(name);
  return failed;
}

function copyBytes(source: OpenFile, copy: OpenFile): Errno | undefined {
  const chunk = new Uint8Array(chunkBytes);
  let position = 0;
  for (;;) {
    const read = source.read(chunk, position);
    if (read instanceof Errno) return read;
    if (read === 0) return undefined;
    const written = copy.write(chunk.subarray(0, read), position);
    if (written instanceof Errno) return written;
    if (written < read) return errno.ENOSPC;
    position += read;
  }
}
