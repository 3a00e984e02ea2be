import { type CallAnswer, type Descriptor, notYet, type Process } from "#core/kernel";
import { errno, Errno } from "#core/sys";
import type { OutputStream, Pipe, WaitQueue } from "#core/stream";
import type { OpenFile } from "#core/vfs";
import { rights } from "#core/personality/wasi-p1/abi";
import { buffersOf, totalBytes, transfer } from "./iovecs.ts";
import { fileFor } from "#core/personality/wasi-p1/files";
import { positionOf } from "./reading.ts";

export function fdWrite(
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
  if ((descriptor.rights.base & rights.fdWrite) === 0) return errno.EBADF;
  const buffers = buffersOf(process, vector, count);
  if (buffers instanceof Errno) return buffers;
  // A bad address fails before anything is written; nothing is put there yet, for the guest may
  // write from the very place.
  process.memory.check(result, 4);
  switch (object.kind) {
    case "file":
      return writeAtReader(process, descriptor, object.file, { buffers, result });
    case "output":
      return writeStream(process, descriptor, standard(process, object.stream), buffers, result);
    case "socket": {
      if (object.socket.isWriteShut) return errno.EPIPE;
      const target = outside(process, object.socket.output);
      return writeStream(process, descriptor, target, buffers, result);
    }
    case "pipe-writer":
      return writeStream(process, descriptor, pipeTarget(process, object.pipe), buffers, result);
    default:
      return errno.EBADF;
  }
}

export function fdPwrite(
  process: Process,
  fd: number,
  vector: number,
  count: number,
  offset: bigint,
  result: number,
): CallAnswer {
  const found = fileFor(process, fd, rights.fdWrite | rights.fdSeek);
  if (found instanceof Errno) return found;
  const buffers = buffersOf(process, vector, count);
  if (buffers instanceof Errno) return buffers;
  process.memory.check(result, 4);
  // As Linux does, and unlike POSIX: appending wins over the offset given.
  const end = found.descriptor.isAppending ? endOf(found.file) : positionOf(offset);
  if (end instanceof Errno) return end;
  const written = writeFile(process, found.file, buffers, end);
  if (written instanceof Errno) return written;
  process.memory.setU32(result, written);
  return found.descriptor.isSynchronous ? found.file.sync() : undefined;
}

function writeAtReader(
  process: Process,
  descriptor: Descriptor,
  file: OpenFile,
  what: { readonly buffers: readonly Uint8Array[]; readonly result: number },
): CallAnswer {
  const start = descriptor.isAppending ? endOf(file) : descriptor.position;
  if (start instanceof Errno) return start;
  const written = writeFile(process, file, what.buffers, start);
  if (written instanceof Errno) return written;
  descriptor.position = start + written;
  process.memory.setU32(what.result, written);
  return descriptor.isSynchronous ? file.sync() : undefined;
}

function endOf(file: OpenFile): number | Errno {
  const stat = file.stat();
  return stat instanceof Errno ? stat : stat.sizeBytes;
}

function writeFile(
  process: Process,
  file: OpenFile,
  buffers: readonly Uint8Array[],
  position: number,
): number | Errno {
  const written = transfer(buffers, (buffer, done) => file.write(buffer, position + done));
  if (typeof written === "number") process.meter.writtenBytes += written;
  return written;
}

/** What a write may have to wait for. */
interface Writable {
  readonly writable: WaitQueue;
  /** Takes what there is room for, and counts it. */
  write(bytes: Uint8Array): number | Errno;
}

/** Stdout or stderr, whose bytes are limited. */
function standard(process: Process, stream: OutputStream): Writable {
  return { writable: stream.writable, write: (bytes) => process.print(stream, bytes) };
}

function outside(process: Process, stream: OutputStream): Writable {
  return { writable: stream.writable, write: (bytes) => process.write(stream, bytes) };
}

function pipeTarget(process: Process, pipe: Pipe): Writable {
  return {
    writable: pipe.writable,
    write(bytes) {
      const count = pipe.write(bytes);
      if (typeof count === "number") process.meter.writtenBytes += count;
      return count;
    },
  };
}

/** Writes all buffers, waiting for room as often as needed; non-blocking, what fits now. */
function writeStream(
  process: Process,
  descriptor: Descriptor,
  target: Writable,
  buffers: readonly Uint8Array[],
  result: number,
): CallAnswer {
  const [only] = buffers;
  if (only === undefined || buffers.length > 1) {
    return writeOn(process, descriptor, { target, buffers, result, written: 0 });
  }
  // Nearly every write is one buffer that there is room for: nothing is kept for later then.
  const taken = target.write(only);
  if (taken instanceof Errno) return taken;
  if (taken < only.length) {
    return writeOn(process, descriptor, { target, buffers, result, written: taken });
  }
  process.memory.setU32(result, taken);
  return undefined;
}

/** A write under way. */
interface Writing {
  readonly target: Writable;
  readonly buffers: readonly Uint8Array[];
  readonly result: number;
  /** Bytes of the first buffer that were taken already. */
  readonly written: number;
}

function writeOn(process: Process, descriptor: Descriptor, writing: Writing): CallAnswer {
  const { target, buffers, result } = writing;
  const wantedBytes = totalBytes(buffers);
  let { written } = writing;
  let index = 0;
  let offset = written;
  const done = (): undefined => {
    process.memory.setU32(result, written);
    return undefined;
  };
  const attempt = (): Errno | undefined | typeof notYet => {
    while (written < wantedBytes) {
      const buffer = buffers[index] as Uint8Array;
      const taken = target.write(offset === 0 ? buffer : buffer.subarray(offset));
      if (taken instanceof Errno) return written > 0 ? done() : taken;
      written += taken;
      offset += taken;
      if (offset === buffer.length) {
        index += 1;
        offset = 0;
      } else if (!descriptor.isNonBlocking) {
        return notYet;
      } else {
        return written > 0 ? done() : errno.EAGAIN;
      }
    }
    return done();
  };
  return process.wait({ attempt, on: [target.writable] });
}
