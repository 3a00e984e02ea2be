import type { Notice } from "#core/host";
import { type CallAnswer, Descriptor, notYet, type Process } from "#core/kernel";
import type { GuestMemory } from "#core/machine";
import { errno, Errno } from "#core/sys";
import { endKind, graceForEver, noticeKind, noticeRecord, noWait } from "./records.ts";

const encoder = new TextEncoder();

export function nextExit(
  process: Process,
  address: number,
  lengthBytes: number,
  flags: number,
): CallAnswer {
  const { kin, memory } = process;
  if (kin === undefined) return errno.ENOTSUP;
  if ((flags & ~noWait) !== 0 || lengthBytes >>> 0 < noticeRecord.text) return errno.EINVAL;
  memory.check(address, lengthBytes);
  const attempt = (): undefined | typeof notYet => {
    if (!kin.isReady()) return notYet;
    const notice = kin.takeNotice();
    if (notice === undefined) return notYet;
    writeNotice(memory, notice, { address, lengthBytes: lengthBytes >>> 0 });
    return undefined;
  };
  if (flags === noWait) return attempt() === undefined ? undefined : errno.EAGAIN;
  return process.wait({ attempt, on: [kin.noticed] });
}

/** A new descriptor each time, which a poll finds readable when a notice waits. */
export function exitFd(process: Process, result: number): CallAnswer {
  const { kin, memory, descriptors } = process;
  if (kin === undefined) return errno.ENOTSUP;
  memory.check(result, 4);
  const fd = descriptors.add(new Descriptor({ kind: "notices", kin }, process.rightsOf("notices")));
  if (fd instanceof Errno) return fd;
  memory.setU32(result, fd);
  return undefined;
}

interface Place {
  readonly address: number;
  readonly lengthBytes: number;
}

function writeNotice(memory: GuestMemory, notice: Notice, place: Place): void {
  const { address } = place;
  memory.bytes(address, noticeRecord.text).fill(0);
  memory.setU32(address + noticeRecord.kind, noticeKind[notice.kind]);
  if (notice.kind === "asked") {
    memory.setU64(address + noticeRecord.grace, graceOf(notice.graceNs));
    return writeText(memory, "", place);
  }
  const { child, end, isFailure } = notice;
  memory.setU64(address + noticeRecord.child, BigInt(child));
  memory.setU32(address + noticeRecord.isFailure, isFailure ? 1 : 0);
  memory.setU32(address + noticeRecord.how, endKind[end.kind]);
  memory.setU32(address + noticeRecord.code, end.code);
  writeText(memory, end.text, place);
}

/** As much of the text as there is room for, in whole characters, and a NUL. */
function writeText(memory: GuestMemory, text: string, { address, lengthBytes }: Place): void {
  if (lengthBytes === noticeRecord.text) return;
  const start = address + noticeRecord.text;
  const room = memory.bytes(start, lengthBytes - noticeRecord.text - 1);
  const { written } = encoder.encodeInto(text, room);
  memory.setU8(start + written, 0);
}

function graceOf(ns: number): bigint {
  return ns === Infinity ? graceForEver : BigInt(Math.round(ns));
}
