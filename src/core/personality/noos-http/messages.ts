import type { MessageLine } from "#core/exchange";
import { type CallAnswer, notYet, type Process } from "#core/kernel";
import type { GuestMemory } from "#core/machine";
import { errno, Errno } from "#core/sys";
import { readFields } from "./heads.ts";
import { type Exchange, nowOrLater } from "./later.ts";
import { bounds, messageKind, receivedRecord } from "./records.ts";

const encoder = new TextEncoder();

/** Makes a request that asks for it a WebSocket. */
export function accept(
  process: Process,
  number: number,
  address: number,
  lengthBytes: number,
): CallAnswer {
  const exchange = process.exchanges.find(number);
  if (exchange?.kind !== "incoming") return errno.EBADF;
  const fields = readFields(process.memory, address, lengthBytes);
  return fields instanceof Errno ? fields : exchange.accept(fields);
}

/** Takes one message, which has to fit; ERANGE, with its length, when it does not. */
export function receive(
  process: Process,
  number: number,
  address: number,
  lengthBytes: number,
  result: number,
): CallAnswer {
  const { memory } = process;
  memory.check(address, lengthBytes);
  memory.check(result, receivedRecord.bytes);
  const found = lineOf(process, number);
  if (found instanceof Errno) return found;
  const { exchange, line } = found;
  const attempt = (): Errno | undefined | typeof notYet => {
    const arrived = line.peek();
    if (arrived === undefined) return notYet;
    if (arrived instanceof Errno) return arrived;
    const isClosing = arrived.kind === "closed";
    const bytes = isClosing ? encoder.encode(arrived.reason) : arrived.bytes;
    const code = isClosing ? arrived.code : 0;
    writeRecord(memory, result, [messageKind[arrived.kind], bytes.length, code]);
    const target = memory.bytes(address, lengthBytes);
    if (bytes.length > target.length) return errno.ERANGE;
    target.set(bytes);
    line.taken();
    process.meter.readBytes += bytes.length;
    return undefined;
  };
  return nowOrLater(process, { exchange, kind: "message", queue: line.received, attempt });
}

/** Sends one message, once there is room for it. */
export function send(
  process: Process,
  number: number,
  kind: number,
  address: number,
  lengthBytes: number,
): CallAnswer {
  const { memory } = process;
  memory.check(address, lengthBytes);
  const found = lineOf(process, number);
  if (found instanceof Errno) return found;
  if (lengthBytes >>> 0 > bounds.messageBytesMax) return errno.E2BIG;
  const isText = kind === messageKind.text;
  if (!isText && kind !== messageKind.binary) return errno.EINVAL;
  if (isText && memory.text(address, lengthBytes) === undefined) return errno.EILSEQ;
  const { exchange, line } = found;
  const attempt = (): Errno | undefined | typeof notYet => {
    if (!line.isSendable) return notYet;
    // The guest may write to its memory while the message is on its way.
    const bytes = memory.bytes(address, lengthBytes).slice();
    const refused = line.send({ kind: isText ? "text" : "binary", bytes });
    if (refused === undefined) process.meter.writtenBytes += bytes.length;
    return refused;
  };
  return nowOrLater(process, { exchange, kind: "writable", queue: line.sendable, attempt });
}

/** Closes a WebSocket with a code, and a reason in UTF-8. */
export function leave(
  process: Process,
  number: number,
  code: number,
  address: number,
  lengthBytes: number,
): CallAnswer {
  const found = lineOf(process, number);
  if (found instanceof Errno) return found;
  if (!isClosingCode(code) || lengthBytes >>> 0 > bounds.reasonBytesMax) return errno.EINVAL;
  const reason = process.memory.text(address, lengthBytes);
  return reason === undefined ? errno.EILSEQ : found.line.close(code, reason);
}

/** Those an end may send: RFC 6455 and its registry, and those left to applications. */
function isClosingCode(code: number): boolean {
  const isRegistered = code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
  return isRegistered || (code >= 3000 && code <= 4999);
}

interface Found {
  readonly exchange: Exchange;
  readonly line: MessageLine;
}

/** The WebSocket an exchange has become; ENOTCONN for one that has not. */
function lineOf({ exchanges }: Process, number: number): Found | Errno {
  const exchange = exchanges.find(number);
  if (exchange === undefined) return errno.EBADF;
  const line = exchange.kind === "incoming" ? exchange.messages : undefined;
  return line === undefined ? errno.ENOTCONN : { exchange, line };
}

function writeRecord(memory: GuestMemory, at: number, values: readonly number[]): void {
  const [kind = 0, length = 0, code = 0] = values;
  memory.setU32(at + receivedRecord.kind, kind);
  memory.setU32(at + receivedRecord.length, length);
  memory.setU32(at + receivedRecord.code, code);
}
