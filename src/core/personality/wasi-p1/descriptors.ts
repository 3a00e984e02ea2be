import type { CallAnswer, Descriptor, Process } from "#core/kernel";
import { errno, Errno } from "#core/sys";
import type { OpenFile } from "#core/vfs";
import { fdflags, preopentype, rights, type WhenceNumbers } from "#core/personality/wasi-p1/abi";
import { objectType } from "#core/personality/wasi-p1/files";
import { descriptorFor, directoryFor, fileFor } from "#core/personality/wasi-p1/files";
import { rightsMask } from "#core/personality/wasi-p1/files";

const encoder = new TextEncoder();

export function fdClose(process: Process, fd: number): CallAnswer {
  const descriptor = process.descriptors.remove(fd);
  if (descriptor === undefined) return errno.EBADF;
  process.listings.end(descriptor);
  descriptor.close();
  return undefined;
}

export function fdRenumber(process: Process, from: number, to: number): CallAnswer {
  const replaced = process.descriptors.get(to);
  const refused = process.descriptors.renumber(from, to);
  if (replaced !== undefined && process.descriptors.get(to) !== replaced) {
    process.listings.end(replaced);
  }
  return refused;
}

export function fdFdstatGet(process: Process, fd: number, result: number): CallAnswer {
  const descriptor = process.descriptors.get(fd);
  if (descriptor === undefined) return errno.EBADF;
  const { memory } = process;
  memory.bytes(result, 24).fill(0);
  memory.setU8(result, objectType(descriptor.object));
  memory.setU16(result + 2, flagsOf(descriptor));
  memory.setU64(result + 8, BigInt(descriptor.rights.base));
  memory.setU64(result + 16, BigInt(descriptor.rights.inheriting));
  return undefined;
}

function flagsOf(descriptor: Descriptor): number {
  // Other hosts grant listeners that do not wait. A program that asks is told so here too, and gets
  // it: Go polls such a listener, and would stop all its goroutines in one that waits. A program
  // that never asks expects its accept to wait, and it does.
  if (descriptor.object.kind === "listener") descriptor.isNonBlocking ??= true;
  return (
    (descriptor.isAppending ? fdflags.append : 0) |
    (descriptor.isNonBlocking === true ? fdflags.nonblock : 0) |
    (descriptor.isSynchronous ? fdflags.sync : 0)
  );
}

export function fdFdstatSetFlags(process: Process, fd: number, flags: number): CallAnswer {
  const descriptor = descriptorFor(process, fd, rights.fdFdstatSetFlags);
  if (descriptor instanceof Errno) return descriptor;
  if ((flags & ~(fdflags.append | fdflags.nonblock)) !== 0) {
    // Synchronous writing cannot be turned on later anywhere; unknown bits are an error.
    return (flags & ~31) === 0 ? errno.ENOTSUP : errno.EINVAL;
  }
  descriptor.isAppending = (flags & fdflags.append) !== 0;
  descriptor.isNonBlocking = (flags & fdflags.nonblock) !== 0;
  return undefined;
}

/** Rights can be given up, never gained. */
export function fdFdstatSetRights(
  process: Process,
  fd: number,
  base: bigint,
  inheriting: bigint,
): CallAnswer {
  const descriptor = process.descriptors.get(fd);
  if (descriptor === undefined) return errno.EBADF;
  const wanted = { base: rightsMask(base), inheriting: rightsMask(inheriting) };
  const has = descriptor.rights;
  if ((wanted.base & ~has.base) !== 0 || (wanted.inheriting & ~has.inheriting) !== 0) {
    return errno.ENOTCAPABLE;
  }
  descriptor.rights = wanted;
  return undefined;
}

/** `fd_seek`, for programs that number the ways to seek like this. */
export function fdSeekBy(
  whence: WhenceNumbers,
): (process: Process, fd: number, delta: bigint, from: number, result: number) => CallAnswer {
  return (process, fd, delta, from, result) => {
    const found = fileFor(process, fd, rights.fdSeek);
    if (found instanceof Errno) return found;
    if (found.file.kind !== "regular") return errno.ESPIPE;
    const start = seekStart(whence, found, from);
    if (start instanceof Errno) return start;
    const target = start + delta;
    if (target < 0n) return errno.EINVAL;
    if (target > BigInt(Number.MAX_SAFE_INTEGER)) return errno.EOVERFLOW;
    process.memory.setU64(result, target);
    found.descriptor.position = Number(target);
    return undefined;
  };
}

function seekStart(
  whence: WhenceNumbers,
  { descriptor, file }: { readonly descriptor: Descriptor; readonly file: OpenFile },
  from: number,
): bigint | Errno {
  switch (from) {
    case whence.set:
      return 0n;
    case whence.cur:
      return BigInt(descriptor.position);
    case whence.end: {
      const stat = file.stat();
      return stat instanceof Errno ? stat : BigInt(stat.sizeBytes);
    }
    default:
      return errno.EINVAL;
  }
}

export function fdSync(process: Process, fd: number): CallAnswer {
  return sync(process, fd, rights.fdSync);
}

export function fdDatasync(process: Process, fd: number): CallAnswer {
  return sync(process, fd, rights.fdDatasync);
}

function sync(process: Process, fd: number, right: number): CallAnswer {
  const descriptor = process.descriptors.get(fd);
  if (descriptor === undefined) return errno.EBADF;
  const { object } = descriptor;
  switch (object.kind) {
    case "file":
      return (descriptor.rights.base & right) === 0 ? errno.ENOTCAPABLE : object.file.sync();
    case "directory":
      return undefined;
    default:
      return errno.EINVAL;
  }
}

export function fdPrestatGet(process: Process, fd: number, result: number): CallAnswer {
  const descriptor = process.descriptors.get(fd);
  if (descriptor?.grantedAs === undefined) return errno.EBADF;
  // Programs look for directories from 3 up until EBADF. A granted socket on the way is something
  // else than a directory, which they pass over.
  const isDirectory = descriptor.object.kind === "directory";
  process.memory.setU32(result, isDirectory ? preopentype.directory : preopentype.other);
  process.memory.setU32(result + 4, encoder.encode(descriptor.grantedAs).length);
  return undefined;
}

export function fdPrestatDirName(
  process: Process,
  fd: number,
  buffer: number,
  lengthBytes: number,
): CallAnswer {
  const name = grantedName(process, fd);
  if (name instanceof Errno) return name;
  if (lengthBytes >>> 0 < name.length) return errno.ENAMETOOLONG;
  process.memory.bytes(buffer, name.length).set(name);
  return undefined;
}

/** The name of a granted directory; EBADF for what was opened later, or is no directory. */
function grantedName(process: Process, fd: number): Uint8Array | Errno {
  const found = directoryFor(process, fd, 0);
  if (found instanceof Errno || found.descriptor.grantedAs === undefined) return errno.EBADF;
  return encoder.encode(found.descriptor.grantedAs);
}
