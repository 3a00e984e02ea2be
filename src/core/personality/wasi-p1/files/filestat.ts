import type { CallAnswer, Process } from "#core/kernel";
import { errno, Errno } from "#core/sys";
import { setPathTimes, type Stat, statPath, type Times } from "#core/vfs";
import { type FilestatLayout, fstflags, rights } from "#core/personality/wasi-p1/abi";
import { objectType, typeOf } from "./file-types.ts";
import { descriptorFor, fileFor, followLastOf, pathAt } from "./lookup.ts";

/** `fd_filestat_get`, for programs that lay out a file's status like this. */
export function fdFilestatGetBy(
  layout: FilestatLayout,
): (process: Process, fd: number, result: number) => CallAnswer {
  const write = statWriter(layout);
  return (process, fd, result) => {
    const descriptor = descriptorFor(process, fd, rights.fdFilestatGet);
    if (descriptor instanceof Errno) return descriptor;
    const { object } = descriptor;
    switch (object.kind) {
      case "file":
        return write(process, object.file.stat(), result);
      case "directory":
        return write(process, object.directory.stat(), result);
      default:
        process.memory.bytes(result, layout.bytes).fill(0);
        process.memory.setU8(result + 16, objectType(object));
        return undefined;
    }
  };
}

type PathFilestatGet = (
  process: Process,
  fd: number,
  flags: number,
  path: number,
  pathBytes: number,
  result: number,
) => CallAnswer;

/** `path_filestat_get`, for programs that lay out a file's status like this. */
export function pathFilestatGetBy(layout: FilestatLayout): PathFilestatGet {
  const write = statWriter(layout);
  return (process, fd, flags, path, pathBytes, result) => {
    const at = pathAt(process, {
      fd,
      right: rights.pathFilestatGet,
      address: path,
      lengthBytes: pathBytes,
    });
    if (at instanceof Errno) return at;
    const followLast = followLastOf(flags);
    if (followLast instanceof Errno) return followLast;
    return write(process, statPath(at.base, at.path, { followLast }), result);
  };
}

function statWriter(
  layout: FilestatLayout,
): (process: Process, stat: Stat | Errno, result: number) => Errno | undefined {
  const { bytes, links, size } = layout;
  return (process, stat, result) => {
    if (stat instanceof Errno) return stat;
    const { memory } = process;
    memory.check(result, bytes);
    memory.setU64(result, stat.device);
    memory.setU64(result + 8, stat.inode);
    // A byte, and zeros up to what comes next.
    memory.setU32(result + 16, typeOf(stat.kind));
    memory.setU32(result + 20, 0);
    // 8 bytes wide in preview 1, where the upper half is 0 on every file system there is; in the
    // older layout what comes next is written over it.
    memory.setU32(result + links, stat.links);
    memory.setU32(result + links + 4, 0);
    memory.setU64(result + size, BigInt(stat.sizeBytes));
    memory.setU64(result + size + 8, stat.accessedNs);
    memory.setU64(result + size + 16, stat.modifiedNs);
    memory.setU64(result + size + 24, stat.changedNs);
    return undefined;
  };
}

export function fdFilestatSetSize(process: Process, fd: number, size: bigint): CallAnswer {
  const found = fileFor(process, fd, rights.fdFilestatSetSize);
  if (found instanceof Errno) return found;
  // A file not open for writing cannot be truncated, as ftruncate answers on Linux.
  if ((found.descriptor.rights.base & rights.fdWrite) === 0) return errno.EINVAL;
  if (size < 0n || size > BigInt(Number.MAX_SAFE_INTEGER)) return errno.EFBIG;
  return found.file.truncate(Number(size));
}

export function fdAllocate(
  process: Process,
  fd: number,
  offset: bigint,
  length: bigint,
): CallAnswer {
  const found = fileFor(process, fd, rights.fdAllocate);
  if (found instanceof Errno) return found;
  if (offset < 0n || length <= 0n) return errno.EINVAL;
  const end = offset + length;
  if (end > BigInt(Number.MAX_SAFE_INTEGER)) return errno.EFBIG;
  const stat = found.file.stat();
  if (stat instanceof Errno) return stat;
  return stat.sizeBytes >= Number(end) ? undefined : found.file.truncate(Number(end));
}

export function fdFilestatSetTimes(
  process: Process,
  fd: number,
  accessed: bigint,
  modified: bigint,
  flags: number,
): CallAnswer {
  const descriptor = descriptorFor(process, fd, rights.fdFilestatSetTimes);
  if (descriptor instanceof Errno) return descriptor;
  const times = timesOf(process, { accessed, modified, flags });
  if (times instanceof Errno) return times;
  const { object } = descriptor;
  switch (object.kind) {
    case "file":
      return object.file.setTimes(times);
    case "directory":
      return object.directory.setTimes(times);
    default:
      return errno.EINVAL;
  }
}

export function pathFilestatSetTimes(
  process: Process,
  fd: number,
  flags: number,
  path: number,
  pathBytes: number,
  accessed: bigint,
  modified: bigint,
  setFlags: number,
): CallAnswer {
  const times = timesOf(process, { accessed, modified, flags: setFlags });
  if (times instanceof Errno) return times;
  const at = pathAt(process, {
    fd,
    right: rights.pathFilestatSetTimes,
    address: path,
    lengthBytes: pathBytes,
  });
  if (at instanceof Errno) return at;
  const followLast = followLastOf(flags);
  if (followLast instanceof Errno) return followLast;
  return setPathTimes(at.base, at.path, { followLast, times });
}

/** Which times to set to what; EINVAL when one is to be both given and now. */
function timesOf(
  process: Process,
  asked: { readonly accessed: bigint; readonly modified: bigint; readonly flags: number },
): Times | Errno {
  const { flags } = asked;
  const both = (given: number, now: number): boolean =>
    (flags & given) !== 0 && (flags & now) !== 0;
  if ((flags & ~15) !== 0) return errno.EINVAL;
  if (both(fstflags.atim, fstflags.atimNow) || both(fstflags.mtim, fstflags.mtimNow)) {
    return errno.EINVAL;
  }
  const needsNow = (flags & (fstflags.atimNow | fstflags.mtimNow)) !== 0;
  const now = needsNow ? process.outside.clock.realtimeNs() : 0n;
  const pick = (given: number, isNow: number, value: bigint): bigint | undefined => {
    if ((flags & isNow) !== 0) return now;
    return (flags & given) !== 0 ? BigInt.asUintN(64, value) : undefined;
  };
  return {
    accessedNs: pick(fstflags.atim, fstflags.atimNow, asked.accessed),
    modifiedNs: pick(fstflags.mtim, fstflags.mtimNow, asked.modified),
  };
}
