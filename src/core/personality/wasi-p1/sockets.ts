import { type CallAnswer, Descriptor, notYet, type Process } from "#core/kernel";
import type { Socket } from "#core/net";
import { errno, Errno } from "#core/sys";
import { fdflags, riflags, rights, sdflags } from "#core/personality/wasi-p1/abi";
import { buffersOf } from "./iovecs.ts";
import { requireRight, rightsOfKind } from "#core/personality/wasi-p1/files";
import { fdWrite } from "./writing.ts";

function socketFor(
  process: Process,
  fd: number,
  right: number,
): { readonly descriptor: Descriptor; readonly socket: Socket } | Errno {
  const descriptor = process.descriptors.get(fd);
  if (descriptor === undefined) return errno.EBADF;
  const { object } = descriptor;
  if (object.kind !== "socket") return errno.ENOTSOCK;
  return requireRight(descriptor, right) ?? { descriptor, socket: object.socket };
}

export function sockAccept(
  process: Process,
  fd: number,
  flags: number,
  result: number,
): CallAnswer {
  const descriptor = process.descriptors.get(fd);
  if (descriptor === undefined) return errno.EBADF;
  const { object } = descriptor;
  if (object.kind !== "listener") return errno.ENOTSOCK;
  const refused = requireRight(descriptor, rights.sockAccept);
  if (refused !== undefined) return refused;
  if ((flags & ~fdflags.nonblock) !== 0) return errno.EINVAL;
  if (process.descriptors.isFull) return errno.EMFILE;
  process.memory.setU32(result, 0);
  const attempt = (): Errno | undefined | typeof notYet => {
    if (!object.listener.isReady()) return descriptor.isNonBlocking ? errno.EAGAIN : notYet;
    const socket = object.listener.accept();
    if (socket === undefined || socket instanceof Errno) return socket ?? notYet;
    return addSocket(process, socket, flags, result);
  };
  return process.wait({ attempt, on: [object.listener.acceptable] });
}

function addSocket(
  process: Process,
  socket: Socket,
  flags: number,
  result: number,
): Errno | undefined {
  const accepted = new Descriptor({ kind: "socket", socket }, rightsOfKind("socket"));
  accepted.isNonBlocking = (flags & fdflags.nonblock) !== 0;
  const number = process.descriptors.add(accepted);
  if (number instanceof Errno) {
    socket.close();
    return number;
  }
  process.outputs.add(socket.output);
  process.memory.setU32(result, number);
  return undefined;
}

export function sockRecv(
  process: Process,
  fd: number,
  vector: number,
  count: number,
  flags: number,
  size: number,
  resultFlags: number,
): CallAnswer {
  const found = socketFor(process, fd, rights.fdRead);
  if (found instanceof Errno) return found;
  if ((flags & ~(riflags.peek | riflags.waitall)) !== 0) return errno.EINVAL;
  const buffers = buffersOf(process, vector, count);
  if (buffers instanceof Errno) return buffers;
  process.memory.setU32(size, 0);
  process.memory.setU16(resultFlags, 0);
  const isPeek = (flags & riflags.peek) !== 0;
  const isWaitAll = (flags & riflags.waitall) !== 0 && !isPeek;
  const { input } = found.socket;
  const room = [...buffers];
  let total = 0;
  const done = (): undefined => {
    if (!isPeek) process.meter.readBytes += total;
    process.memory.setU32(size, total);
    return undefined;
  };
  const attempt = (): Errno | undefined | typeof notYet => {
    const { isNonBlocking } = found.descriptor;
    while (room.length > 0) {
      if (!input.isReady()) {
        // What was taken has to be handed over now: without waiting there is no later.
        if (total > 0 && (isNonBlocking || !isWaitAll)) return done();
        return isNonBlocking ? errno.EAGAIN : notYet;
      }
      const buffer = room[0] as Uint8Array;
      const read = isPeek ? input.peek(buffer) : input.read(buffer);
      if (read instanceof Errno) return total > 0 ? done() : read;
      total += read;
      if (read === 0 || isPeek) return done();
      if (read === buffer.length) room.shift();
      else room[0] = buffer.subarray(read);
    }
    return done();
  };
  return process.wait({ attempt, on: [input.readable] });
}

export function sockSend(
  process: Process,
  fd: number,
  vector: number,
  count: number,
  flags: number,
  size: number,
): CallAnswer {
  const found = socketFor(process, fd, rights.fdWrite);
  if (found instanceof Errno) return found;
  if (flags !== 0) return errno.EINVAL;
  return fdWrite(process, fd, vector, count, size);
}

export function sockShutdown(process: Process, fd: number, how: number): CallAnswer {
  const found = socketFor(process, fd, rights.sockShutdown);
  if (found instanceof Errno) return found;
  if ((how & ~3) !== 0 || how === 0) return errno.EINVAL;
  if ((how & sdflags.rd) !== 0) found.socket.shutdownRead();
  if ((how & sdflags.wr) !== 0) found.socket.shutdownWrite();
  return undefined;
}
