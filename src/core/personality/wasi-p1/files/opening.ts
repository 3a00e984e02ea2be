import { type CallAnswer, Descriptor, type Process } from "#core/kernel";
import { Socket } from "#core/net";
import { errno, Errno } from "#core/sys";
import {
  type Directory,
  type OpenFile,
  openOrConnect,
  type OpenStream,
  type PathOpening,
} from "#core/vfs";
import { fdflags, oflags, rights } from "#core/personality/wasi-p1/abi";
import { directoryFor, followLastOf, pathText } from "./lookup.ts";
import { rightsMask, rightsOfKind } from "./rights.ts";

export function pathOpen(
  process: Process,
  fd: number,
  lookup: number,
  path: number,
  pathBytes: number,
  open: number,
  base: bigint,
  _inheriting: bigint,
  flags: number,
  result: number,
): CallAnswer {
  const parent = directoryFor(process, fd, rights.pathOpen);
  if (parent instanceof Errno) return parent;
  const refused = refuse(parent.descriptor, open, flags);
  if (refused !== undefined) return refused;
  if (process.descriptors.isFull) return errno.EMFILE;
  // A descriptor whose number cannot be told must not come to be.
  process.memory.check(result, 4);
  const followLast = followLastOf(lookup);
  if (followLast instanceof Errno) return followLast;
  const text = pathText(process, path, pathBytes);
  if (text instanceof Errno) return text;
  const asked = rightsMask(base);
  const opened = openOrConnect(parent.directory, text, openingOf({ followLast, open, asked }));
  if (opened instanceof Errno) return opened;
  const passed = parent.descriptor.rights.inheriting;
  const descriptor =
    opened.kind === "directory"
      ? directoryDescriptor(opened, passed)
      : opened.kind === "stream"
        ? streamDescriptor(process, opened, { asked, flags })
        : fileDescriptor(opened, { asked, flags, passed });
  const number = process.descriptors.add(descriptor);
  if (number instanceof Errno) return number;
  process.memory.setU32(result, number);
  return undefined;
}

/** What can be said before looking at the path. */
function refuse(parent: Descriptor, open: number, flags: number): Errno | undefined {
  const known = oflags.creat | oflags.directory | oflags.excl | oflags.trunc;
  if ((open & ~known) !== 0 || (flags & ~31) !== 0) return errno.EINVAL;
  const needed =
    ((open & oflags.creat) === 0 ? 0 : rights.pathCreateFile) |
    ((open & oflags.trunc) === 0 ? 0 : rights.pathFilestatSetSize);
  return (parent.rights.base & needed) === needed ? undefined : errno.ENOTCAPABLE;
}

function openingOf(bits: {
  readonly followLast: boolean;
  readonly open: number;
  readonly asked: number;
}): PathOpening {
  const writing = rights.fdWrite | rights.fdAllocate | rights.fdFilestatSetSize;
  const exclusive = (bits.open & (oflags.creat | oflags.excl)) === (oflags.creat | oflags.excl);
  return {
    // What must not exist yet cannot be a link that is followed.
    followLast: bits.followLast && !exclusive,
    directory: (bits.open & oflags.directory) !== 0,
    create: (bits.open & oflags.creat) !== 0,
    exclusive,
    truncate: (bits.open & oflags.trunc) !== 0,
    read: (bits.asked & rights.fdRead) !== 0,
    write: (bits.asked & writing) !== 0,
  };
}

function directoryDescriptor(directory: Directory, passed: number): Descriptor {
  const possible = rightsOfKind("directory");
  return new Descriptor(
    { kind: "directory", directory },
    { base: possible.base & passed, inheriting: possible.inheriting & passed },
  );
}

/** A connection, to be read and written as was asked, and to be shut as sockets are. */
function streamDescriptor(
  process: Process,
  { connection }: OpenStream,
  terms: { readonly asked: number; readonly flags: number },
): Descriptor {
  const socket = new Socket(connection);
  const asked = terms.asked | ~(rights.fdRead | rights.fdWrite);
  const base = rightsOfKind("socket").base & asked;
  const descriptor = new Descriptor({ kind: "socket", socket }, { base, inheriting: 0 });
  descriptor.isNonBlocking = (terms.flags & fdflags.nonblock) !== 0;
  process.outputs.add(socket.output);
  return descriptor;
}

/**
 * A descriptor of an opened file. Reading and writing have to be asked for; every other right
 * comes along as far as the directory passes it on, as today's hosts do: programs ask for less
 * than they use.
 */
function fileDescriptor(
  file: OpenFile,
  terms: { readonly asked: number; readonly flags: number; readonly passed: number },
): Descriptor {
  const asked = terms.asked | ~(rights.fdRead | rights.fdWrite);
  const base = rightsOfKind("file").base & terms.passed & asked;
  const descriptor = new Descriptor({ kind: "file", file }, { base, inheriting: 0 });
  descriptor.isAppending = (terms.flags & fdflags.append) !== 0;
  descriptor.isNonBlocking = (terms.flags & fdflags.nonblock) !== 0;
  descriptor.isSynchronous = (terms.flags & (fdflags.dsync | fdflags.rsync | fdflags.sync)) !== 0;
  return descriptor;
}
