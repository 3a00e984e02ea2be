import { constants, fstatSync, openSync } from "node:fs";

/**
 * What is behind a descriptor, as far as it makes a difference to reading and writing.
 * `file`: a regular file or a device of memory, which never blocks for long.
 * `device`: a terminal, or another device that may block.
 */
export type DescriptorKind = "file" | "pipe" | "device" | "socket";

export interface Descriptor {
  readonly fd: number;
  readonly kind: DescriptorKind;
  /** Opened here and not to block: calls answer EAGAIN, and nobody else shares it. */
  readonly isOwn: boolean;
}

/** The major device number of null, zero, full and random on Linux. */
const memoryDevices = 1;

/** Finds out what `fd` is, and opens pipes and devices a second time for ourselves. */
export function openDescriptor(fd: number, access: "read" | "write"): Descriptor {
  const stat = fstatSync(fd);
  if (stat.isSocket()) return { fd, kind: "socket", isOwn: false };
  if (stat.isFIFO()) return openOwn(fd, "pipe", access);
  if (stat.isCharacterDevice() && stat.rdev >> 8 !== memoryDevices) {
    return openOwn(fd, "device", access);
  }
  return { fd, kind: "file", isOwn: false };
}

/**
 * To set a descriptor not to block would set it so for all who share it, our parent's shell
 * included. Linux opens what is behind it again, with flags of our own.
 */
function openOwn(fd: number, kind: DescriptorKind, access: "read" | "write"): Descriptor {
  const mode = access === "read" ? constants.O_RDONLY : constants.O_WRONLY;
  try {
    const own = openSync(`/proc/self/fd/${fd}`, mode | constants.O_NONBLOCK | constants.O_NOCTTY);
    return { fd: own, kind, isOwn: true };
  } catch {
    // Another system, another owner, or a pipe that nobody reads: the shared one has to do.
    return { fd, kind, isOwn: false };
  }
}
