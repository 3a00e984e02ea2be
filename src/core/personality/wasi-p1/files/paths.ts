import type { CallAnswer, Process } from "#core/kernel";
import { errno, Errno } from "#core/sys";
import {
  linkPath,
  makePathDirectory,
  makePathSymlink,
  readLinkPath,
  removePathDirectory,
  renamePath,
  unlinkPath,
} from "#core/vfs";
import { rights } from "#core/personality/wasi-p1/abi";
import { followLastOf, pathAt, pathText } from "./lookup.ts";

const encoder = new TextEncoder();

export function pathCreateDirectory(
  process: Process,
  fd: number,
  address: number,
  lengthBytes: number,
): CallAnswer {
  const at = pathAt(process, { fd, right: rights.pathCreateDirectory, address, lengthBytes });
  return at instanceof Errno ? at : makePathDirectory(at.base, at.path);
}

export function pathRemoveDirectory(
  process: Process,
  fd: number,
  address: number,
  lengthBytes: number,
): CallAnswer {
  const at = pathAt(process, { fd, right: rights.pathRemoveDirectory, address, lengthBytes });
  return at instanceof Errno ? at : removePathDirectory(at.base, at.path);
}

export function pathUnlinkFile(
  process: Process,
  fd: number,
  address: number,
  lengthBytes: number,
): CallAnswer {
  const at = pathAt(process, { fd, right: rights.pathUnlinkFile, address, lengthBytes });
  return at instanceof Errno ? at : unlinkPath(at.base, at.path);
}

export function pathSymlink(
  process: Process,
  target: number,
  targetBytes: number,
  fd: number,
  address: number,
  lengthBytes: number,
): CallAnswer {
  const text = pathText(process, target, targetBytes);
  if (text instanceof Errno) return text;
  const at = pathAt(process, { fd, right: rights.pathSymlink, address, lengthBytes });
  return at instanceof Errno ? at : makePathSymlink(at.base, at.path, text);
}

export function pathReadlink(
  process: Process,
  fd: number,
  address: number,
  lengthBytes: number,
  buffer: number,
  bufferBytes: number,
  result: number,
): CallAnswer {
  const at = pathAt(process, { fd, right: rights.pathReadlink, address, lengthBytes });
  if (at instanceof Errno) return at;
  const text = readLinkPath(at.base, at.path);
  if (text instanceof Errno) return text;
  const bytes = encoder.encode(text);
  const count = Math.min(bytes.length, bufferBytes >>> 0);
  process.memory.bytes(buffer, count).set(bytes.subarray(0, count));
  process.memory.setU32(result, count);
  return undefined;
}

export function pathRename(
  process: Process,
  fd: number,
  address: number,
  lengthBytes: number,
  toFd: number,
  toAddress: number,
  toLengthBytes: number,
): CallAnswer {
  const from = pathAt(process, { fd, right: rights.pathRenameSource, address, lengthBytes });
  if (from instanceof Errno) return from;
  const to = pathAt(process, {
    fd: toFd,
    right: rights.pathRenameTarget,
    address: toAddress,
    lengthBytes: toLengthBytes,
  });
  return to instanceof Errno ? to : renamePath(from, to);
}

export function pathLink(
  process: Process,
  fd: number,
  flags: number,
  address: number,
  lengthBytes: number,
  toFd: number,
  toAddress: number,
  toLengthBytes: number,
): CallAnswer {
  // Today's hosts refuse to follow the source, and programs rely on linking the link itself.
  if (followLastOf(flags) !== false) return errno.EINVAL;
  const from = pathAt(process, { fd, right: rights.pathLinkSource, address, lengthBytes });
  if (from instanceof Errno) return from;
  const to = pathAt(process, {
    fd: toFd,
    right: rights.pathLinkTarget,
    address: toAddress,
    lengthBytes: toLengthBytes,
  });
  return to instanceof Errno ? to : linkPath({ ...from, followLast: false }, to);
}
