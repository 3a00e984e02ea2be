import type { Descriptor, Process } from "#core/kernel";
import { errno, Errno } from "#core/sys";
import type { Directory, OpenFile, PathAt } from "#core/vfs";
import { requireRight } from "./rights.ts";
import { bounds, lookupflags } from "#core/personality/wasi-p1/abi";

/** The descriptor with this number, if it has this right. */
export function descriptorFor(process: Process, fd: number, right: number): Descriptor | Errno {
  const descriptor = process.descriptors.get(fd);
  if (descriptor === undefined) return errno.EBADF;
  return requireRight(descriptor, right) ?? descriptor;
}

/** The open file behind `fd`; for anything but a file the error that fits its kind. */
export function fileFor(
  process: Process,
  fd: number,
  right: number,
): { readonly descriptor: Descriptor; readonly file: OpenFile } | Errno {
  const descriptor = process.descriptors.get(fd);
  if (descriptor === undefined) return errno.EBADF;
  const { object } = descriptor;
  // The kind comes before the right: a pipe has no right to seek, and ESPIPE says why.
  if (object.kind === "directory") return errno.EISDIR;
  if (object.kind !== "file") return errno.ESPIPE;
  return requireRight(descriptor, right) ?? { descriptor, file: object.file };
}

/** The open directory behind `fd`; ENOTDIR for anything else. */
export function directoryFor(
  process: Process,
  fd: number,
  right: number,
): { readonly descriptor: Descriptor; readonly directory: Directory } | Errno {
  const descriptor = process.descriptors.get(fd);
  if (descriptor === undefined) return errno.EBADF;
  const { object } = descriptor;
  if (object.kind !== "directory") return errno.ENOTDIR;
  return requireRight(descriptor, right) ?? { descriptor, directory: object.directory };
}

/** Whether a link at the end of a path is followed; EINVAL for flags that do not exist. */
export function followLastOf(lookup: number): boolean | Errno {
  if ((lookup & ~lookupflags.symlinkFollow) !== 0) return errno.EINVAL;
  return (lookup & lookupflags.symlinkFollow) !== 0;
}

/** A path in the guest's memory, and the descriptor of the directory it starts from. */
export interface GuestPath {
  readonly fd: number;
  readonly right: number;
  readonly address: number;
  readonly lengthBytes: number;
}

/** Where a guest's path starts and how it reads. */
export function pathAt(process: Process, path: GuestPath): PathAt | Errno {
  const base = directoryFor(process, path.fd, path.right);
  if (base instanceof Errno) return base;
  const text = pathText(process, path.address, path.lengthBytes);
  return text instanceof Errno ? text : { base: base.directory, path: text };
}

/** A path as text. Its length is looked at first: what no path can be is not decoded. */
export function pathText(process: Process, address: number, lengthBytes: number): string | Errno {
  process.memory.check(address, lengthBytes);
  if (lengthBytes >>> 0 > bounds.pathBytesMax) return errno.ENAMETOOLONG;
  return process.memory.text(address, lengthBytes) ?? errno.EILSEQ;
}
