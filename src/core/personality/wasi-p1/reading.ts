import { type CallAnswer, type Descriptor, notYet, type Process } from "#core/kernel";
import { errno, Errno } from "#core/sys";
import type { InputStream, Pipe, WaitQueue } from "#core/stream";
import type { OpenFile } from "#core/vfs";
import { rights } from "#core/personality/wasi-p1/abi";
import { buffersOf, transfer } from "./iovecs.ts";
import { fileFor } from "#core/personality/wasi-p1/files";

export function fdRead(
  process: Process,
  fd: number,
  vector: number,
  count: number,
  result: number,
): CallAnswer {
  const descriptor = process.descriptors.get(fd);
  if (descriptor === undefined) return errno.EBADF;
  const { object } = descriptor;
  if (object.kind === "directory") return errno.EISDIR;
  if ((descriptor.rights.base & rights.fdRead) === 0) return errno.EBADF;
  const buffers = buffersOf(process, vector, count);
  if (buffers instanceof Errno) return buffers;
  process.memory.setU32(result, 0);
  switch (object.kind) {
    case "file": {
      const read = readFile(process, object.file, buffers, descriptor.position);
      if (read instanceof Errno) return read;
      descriptor.position += read;
      process.memory.setU32(result, read);
      return undefined;
    }
    case "input":
      return readStream(process, descriptor, object.stream, buffers, result);
    case "socket":
      return readStream(process, descriptor, object.socket.input, buffers, result);
    case "pipe-reader":
      return readStream(process, descriptor, pipeSource(object.pipe), buffers, result);
    default:
      return errno.EBADF;
  }
}

export function fdPread(
  process: Process,
  fd: number,
  vector: number,
  count: number,
  offset: bigint,
  result: number,
): CallAnswer {
  const found = fileFor(process, fd, rights.fdRead | rights.fdSeek);
  if (found instanceof Errno) return found;
  const buffers = buffersOf(process, vector, count);
  if (buffers instanceof Errno) return buffers;
  const read = readFile(process, found.file, buffers, positionOf(offset));
  if (read instanceof Errno) return read;
  process.memory.setU32(result, read);
  return undefined;
}

/** A guest's 64-bit offset as a number; one beyond 2⁵³ is past the end of every file. */
export function positionOf(offset: bigint): number {
  return Math.min(Number(BigInt.asUintN(64, offset)), Number.MAX_SAFE_INTEGER);
}

function readFile(
  process: Process,
  file: OpenFile,
  buffers: readonly Uint8Array[],
  position: number,
): number | Errno {
  const read = transfer(buffers, (buffer, done) => file.read(buffer, position + done));
  if (typeof read === "number") process.meter.readBytes += read;
  return read;
}

/** What a read may have to wait for: an outside stream, a socket's, or a pipe. */
export interface Readable {
  readonly readable: WaitQueue;
  isReady(): boolean;
  read(target: Uint8Array): number | Errno;
}

function pipeSource(pipe: Pipe): Readable {
  return {
    readable: pipe.readable,
    isReady: () => pipe.isReadable(),
    read: (target) => pipe.read(target),
  };
}

function readStream(
  process: Process,
  descriptor: Descriptor,
  stream: Readable | InputStream,
  buffers: readonly Uint8Array[],
  result: number,
): CallAnswer {
  if (buffers.length === 0) return undefined;
  const attempt = (): Errno | undefined | typeof notYet => {
    if (!stream.isReady()) return descriptor.isNonBlocking ? errno.EAGAIN : notYet;
    const read = transfer(buffers, (buffer) => stream.read(buffer));
    if (read instanceof Errno) return read;
    process.meter.readBytes += read;
    process.memory.setU32(result, read);
    return undefined;
  };
  return process.wait({ attempt, on: [stream.readable] });
}

/** Where a reader or writer of `fd` stands in its file. */
export function fdTell(process: Process, fd: number, result: number): CallAnswer {
  const found = fileFor(process, fd, rights.fdTell);
  if (found instanceof Errno) return found;
  process.memory.setU64(result, BigInt(found.descriptor.position));
  return undefined;
}

export function fdAdvise(
  process: Process,
  fd: number,
  offset: bigint,
  length: bigint,
  advice: number,
): CallAnswer {
  const found = fileFor(process, fd, rights.fdAdvise);
  if (found instanceof Errno) return found;
  const isKnown = advice >= 0 && advice <= 5 && offset >= 0n && length >= 0n;
  return isKnown ? undefined : errno.EINVAL;
}
