import { type CallAnswer, notYet, type Process } from "#core/kernel";
import { errno, Errno } from "#core/sys";
import { readRequest, readResponse, requestText, responseText, writeText } from "./heads.ts";
import { nowOrLater } from "./later.ts";
import { close, forEver, more } from "./records.ts";

/** The head of a request that came, or of the response to one that was made, which it waits for. */
export function head(
  process: Process,
  number: number,
  address: number,
  lengthBytes: number,
  result: number,
): CallAnswer {
  const { memory } = process;
  const exchange = process.exchanges.find(number);
  if (exchange === undefined) return errno.EBADF;
  const place = { address, lengthBytes, result };
  if (exchange.kind === "incoming") {
    const { request: arrived } = exchange;
    return writeText(memory, requestText(arrived.head, arrived.isUpgrade), place);
  }
  const attempt = (): Errno | undefined | typeof notYet => {
    const found = exchange.head;
    if (found === undefined) return notYet;
    return found instanceof Errno ? found : writeText(memory, responseText(found), place);
  };
  memory.check(address, lengthBytes);
  memory.check(result, 4);
  // What was written to it leaves before anybody can answer it.
  return nowOrLater(process, { exchange, kind: "answered", queue: exchange.answered, attempt });
}

/**
 * Answers a request, whole (and closes it, with the flag `close`) or, with the flag `more`, but for
 * a body that is still to come.
 */
export function respond(
  process: Process,
  number: number,
  headAddress: number,
  headBytes: number,
  bodyAddress: number,
  bodyBytes: number,
  flags: number,
): CallAnswer {
  const { memory } = process;
  const exchange = process.exchanges.find(number);
  if (exchange?.kind !== "incoming") return errno.EBADF;
  if (flags < 0 || flags > close) return errno.EINVAL;
  const found = readResponse(memory, headAddress, headBytes);
  if (found instanceof Errno) return found;
  const body = memory.bytes(bodyAddress, bodyBytes);
  if (flags !== more) {
    const refused = exchange.respond(found, body);
    if (refused !== undefined) return refused;
    process.meter.writtenBytes += body.length;
    if (flags === close) process.exchanges.close(exchange, "it is answered");
    return undefined;
  }
  // What is written first is taken whole, or the program could not tell how much was.
  if (body.length > firstBytesMax) return errno.E2BIG;
  const stream = exchange.begin(found);
  if (stream instanceof Errno) return stream;
  process.outputs.add(stream);
  const written = body.length === 0 ? 0 : process.write(stream, body);
  return written instanceof Errno ? written : undefined;
}

/** Answers a request with what comes of one that was made, without the program. */
export function pass(
  process: Process,
  number: number,
  madeNumber: number,
  headAddress: number,
  headBytes: number,
): CallAnswer {
  const { memory, exchanges, meter } = process;
  const incoming = exchanges.find(number);
  const made = exchanges.find(madeNumber);
  if (incoming?.kind !== "incoming" || made?.kind !== "outgoing") return errno.EBADF;
  const found = headBytes === 0 ? undefined : readResponse(memory, headAddress, headBytes);
  if (found instanceof Errno) return found;
  const carried = (bytes: number): void => {
    meter.readBytes += bytes;
    meter.writtenBytes += bytes;
  };
  return exchanges.pass(incoming, made, { head: found, carried });
}

/** An answer that goes on begins with no more than a stream has room for. */
const firstBytesMax = 64 * 1024;

/** Makes a request; with the flag `more` its body is still to come. Nothing is waited for. */
export function request(
  process: Process,
  headAddress: number,
  headBytes: number,
  flags: number,
  deadline: bigint,
  result: number,
): CallAnswer {
  const { memory, exchanges } = process;
  if ((flags & ~more) !== 0) return errno.EINVAL;
  memory.check(result, 4);
  const found = readRequest(memory, headAddress, headBytes);
  if (found instanceof Errno) return found;
  const ns = BigInt.asUintN(64, deadline);
  const deadlineNs = ns === forEver ? Infinity : Number(ns);
  const exchange = exchanges.request(found, { hasBody: flags === more, deadlineNs });
  if (exchange instanceof Errno) return exchange;
  if (exchange.output !== undefined) process.outputs.add(exchange.output);
  memory.setU32(result, exchange.number);
  return undefined;
}
