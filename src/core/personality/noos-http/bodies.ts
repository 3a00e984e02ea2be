import { type CallAnswer, notYet, type Process } from "#core/kernel";
import { errno, Errno } from "#core/sys";
import { nowOrLater } from "./later.ts";

/** Reads of the body that comes: how many bytes, none at its end. */
export function read(
  process: Process,
  number: number,
  address: number,
  lengthBytes: number,
  result: number,
): CallAnswer {
  const { memory } = process;
  memory.check(address, lengthBytes);
  memory.check(result, 4);
  const exchange = process.exchanges.find(number);
  if (exchange === undefined) return errno.EBADF;
  const { input } = exchange;
  if (input instanceof Errno) return input;
  if (input === undefined) {
    // Of a response there is no body before its head.
    if (exchange.kind === "outgoing") return errno.ENOTCONN;
    memory.setU32(result, 0);
    return undefined;
  }
  const attempt = (): Errno | undefined | typeof notYet => {
    if (!input.isReady()) return notYet;
    const count = input.read(memory.bytes(address, lengthBytes));
    if (count instanceof Errno) return count;
    process.meter.readBytes += count;
    memory.setU32(result, count);
    return undefined;
  };
  return nowOrLater(process, { exchange, kind: "readable", queue: input.readable, attempt });
}

/** Writes of the body that goes out: as much as there is room for, one byte at least. */
export function write(
  process: Process,
  number: number,
  address: number,
  lengthBytes: number,
  result: number,
): CallAnswer {
  const { memory } = process;
  memory.check(address, lengthBytes);
  memory.check(result, 4);
  const exchange = process.exchanges.find(number);
  if (exchange === undefined) return errno.EBADF;
  const { output } = exchange;
  if (output === undefined) return errno.ENOTCONN;
  const attempt = (): Errno | undefined | typeof notYet => {
    if (!output.isReady()) return notYet;
    const count = process.write(output, memory.bytes(address, lengthBytes));
    if (count instanceof Errno) return count;
    memory.setU32(result, count);
    return undefined;
  };
  return nowOrLater(process, { exchange, kind: "writable", queue: output.writable, attempt });
}

/** The body that goes out is complete; a WebSocket is closed well. */
export function finish(process: Process, number: number): CallAnswer {
  const exchange = process.exchanges.find(number);
  return exchange === undefined ? errno.EBADF : exchange.finish();
}

/** Lets go of an exchange. What is not complete of it is given up. */
export function close(process: Process, number: number): CallAnswer {
  const { exchanges } = process;
  const exchange = exchanges.find(number);
  if (exchange === undefined) return errno.EBADF;
  exchanges.close(exchange, "the program closed it without a complete answer");
  return undefined;
}
