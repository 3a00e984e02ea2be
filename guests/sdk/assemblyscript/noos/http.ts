/**
 * Programs that serve requests, for AssemblyScript. Copy the folder `noos` beside your sources:
 *
 *     import { Request, respond } from "./noos/http";
 *
 *     export function noos_handle(exchange: i32): void {
 *       const request = Request.of(exchange);
 *       if (request == null) return;
 *       respond(exchange, 200, ["content-type", "text/plain"], String.UTF8.encode("hello\n"));
 *     }
 *
 * Build it as a reactor, with the configuration of the package @assemblyscript/wasi-shim:
 *
 *     asc hello.ts --config node_modules/@assemblyscript/wasi-shim/asconfig.json
 *       --exportStart _initialize -O -o hello.wasm
 *
 * What a call cannot do it says by its answer, and `errno` says why, in the numbers of WASI preview
 * 1. The rules and every error are in the manual: docs/manual/http.md.
 */

// @ts-ignore: decorator
@external("noos:http", "head")
declare function callHead(exchange: i32, buffer: usize, size: usize, length: usize): i32;
// @ts-ignore: decorator
@external("noos:http", "read")
declare function callRead(exchange: i32, buffer: usize, size: usize, count: usize): i32;
// @ts-ignore: decorator
@external("noos:http", "respond")
declare function callRespond(
  exchange: i32,
  head: usize,
  headSize: usize,
  body: usize,
  bodySize: usize,
  flags: u32,
): i32;
// @ts-ignore: decorator
@external("noos:http", "write")
declare function callWrite(exchange: i32, bytes: usize, size: usize, count: usize): i32;
// @ts-ignore: decorator
@external("noos:http", "finish")
declare function callFinish(exchange: i32): i32;
// @ts-ignore: decorator
@external("noos:http", "close")
declare function callClose(exchange: i32): i32;
// @ts-ignore: decorator
@external("noos:http", "request")
declare function callRequest(
  head: usize,
  headSize: usize,
  flags: u32,
  deadlineNs: u64,
  result: usize,
): i32;
// @ts-ignore: decorator
@external("noos:http", "pass")
declare function callPass(exchange: i32, made: i32, head: usize, headSize: usize): i32;
// @ts-ignore: decorator
@external("noos:http", "accept")
declare function callAccept(exchange: i32, fields: usize, size: usize): i32;
// @ts-ignore: decorator
@external("noos:http", "receive")
declare function callReceive(exchange: i32, buffer: usize, size: usize, result: usize): i32;
// @ts-ignore: decorator
@external("noos:http", "send")
declare function callSend(exchange: i32, kind: u32, bytes: usize, size: usize): i32;
// @ts-ignore: decorator
@external("noos:http", "leave")
declare function callLeave(exchange: i32, code: u32, reason: usize, size: usize): i32;
// @ts-ignore: decorator
@external("noos:http", "timer")
declare function callTimer(id: i32, delayNs: u64): i32;
// @ts-ignore: decorator
@external("noos:http", "cancel_timer")
declare function callCancelTimer(id: i32): i32;

/** Why the last call did not do what it was to do; 0 when it did. */
export let errno: i32 = 0;

/** The errors that a handler meets. */
export namespace Errno {
  export const AGAIN: i32 = 6;
  export const ALREADY: i32 = 7;
  export const BADF: i32 = 8;
  export const INVAL: i32 = 28;
  export const MFILE: i32 = 33;
  export const NOENT: i32 = 44;
  export const NOTCONN: i32 = 53;
  export const PIPE: i32 = 64;
  export const RANGE: i32 = 68;
  export const TIMEDOUT: i32 = 73;
}

/** What `noos_event` is told, by number. */
export namespace Event {
  export const REQUEST: i32 = 1;
  export const READABLE: i32 = 2;
  export const WRITABLE: i32 = 3;
  export const ANSWERED: i32 = 4;
  export const MESSAGE: i32 = 5;
  export const GONE: i32 = 6;
  export const TIMER: i32 = 7;
  export const NOTICE: i32 = 8;
}

/** A deadline that never comes. */
export const noDeadline: u64 = u64.MAX_VALUE;

const more: u32 = 1;
const word: usize = memory.data(8);

/** The texts of a head: of a request that came, or of the answer to one that was made. */
export function head(exchange: i32): string[] | null {
  let buffer = new ArrayBuffer(2048);
  errno = callHead(exchange, changetype<usize>(buffer), buffer.byteLength, word);
  if (errno == Errno.RANGE) {
    buffer = new ArrayBuffer(load<u32>(word));
    errno = callHead(exchange, changetype<usize>(buffer), buffer.byteLength, word);
  }
  if (errno != 0) return null;
  const length = load<u32>(word);
  const texts: string[] = [];
  for (let at: u32 = 0, start: u32 = 0; at < length; at++) {
    if (load<u8>(changetype<usize>(buffer) + at) != 0) continue;
    texts.push(String.UTF8.decodeUnsafe(changetype<usize>(buffer) + start, at - start));
    start = at + 1;
  }
  return texts;
}

/** The value of a header field, by its name in lower case, from place `start` of a head on. */
export function field(texts: string[], start: i32, name: string): string | null {
  for (let index = start; index + 1 < texts.length; index += 2) {
    if (texts[index] == name) return texts[index + 1];
  }
  return null;
}

/** A request that came, as its head says. */
export class Request {
  constructor(
    public method: string,
    public scheme: string,
    public authority: string,
    public target: string,
    private texts: string[],
  ) {}

  static of(exchange: i32): Request | null {
    const texts = head(exchange);
    if (texts == null) return null;
    return new Request(texts[0], texts[1], texts[2], texts[3], texts);
  }

  /** Whether it asks for a WebSocket. */
  get isUpgrade(): bool {
    return this.scheme == "ws" || this.scheme == "wss";
  }

  header(name: string): string | null {
    return field(this.texts, 4, name);
  }
}

/** Each with a NUL behind it. `String.UTF8` itself takes a NUL for the end where it writes one. */
function joined(texts: string[]): ArrayBuffer {
  return String.UTF8.encode(texts.join("\0") + "\0");
}

function headOf(status: i32, fields: string[]): ArrayBuffer {
  return joined([status.toString()].concat(fields));
}

/** Answers with all there is; `fields` are names and values by turns. */
export function respond(exchange: i32, status: i32, fields: string[], body: ArrayBuffer): bool {
  const texts = headOf(status, fields);
  errno = callRespond(
    exchange,
    changetype<usize>(texts),
    texts.byteLength,
    changetype<usize>(body),
    body.byteLength,
    0,
  );
  return errno == 0;
}

/** Begins an answer that `write` and `finish` go on with. */
export function begin(exchange: i32, status: i32, fields: string[]): bool {
  const texts = headOf(status, fields);
  errno = callRespond(exchange, changetype<usize>(texts), texts.byteLength, 0, 0, more);
  return errno == 0;
}

/** Reads of a body: how many bytes, 0 at its end, -1 when it cannot. */
export function read(exchange: i32, buffer: ArrayBuffer): i32 {
  errno = callRead(exchange, changetype<usize>(buffer), buffer.byteLength, word);
  return errno == 0 ? load<i32>(word) : -1;
}

/** Writes of a body from byte `start` on: how many bytes, -1 when it cannot. */
export function write(exchange: i32, bytes: ArrayBuffer, start: i32 = 0): i32 {
  const size = bytes.byteLength - start;
  errno = callWrite(exchange, changetype<usize>(bytes) + start, size, word);
  return errno == 0 ? load<i32>(word) : -1;
}

/** The body that goes out is complete; a WebSocket is closed well. */
export function finish(exchange: i32): bool {
  errno = callFinish(exchange);
  return errno == 0;
}

/** Lets go of an exchange. What is not complete is given up. */
export function close(exchange: i32): bool {
  errno = callClose(exchange);
  return errno == 0;
}

/**
 * Answers `exchange` with what comes of `made`, a request of its own, as it comes and without the
 * program. Both are closed by it.
 */
export function pass(exchange: i32, made: i32): bool {
  errno = callPass(exchange, made, 0, 0);
  return errno == 0;
}

/** Makes a request: its exchange, or 0. `hasBody`: it is to be written. */
export function request(
  method: string,
  scheme: string,
  authority: string,
  target: string,
  fields: string[] = [],
  hasBody: bool = false,
  deadlineNs: u64 = noDeadline,
): i32 {
  const texts = joined([method, scheme, authority, target].concat(fields));
  const flags = hasBody ? more : 0;
  errno = callRequest(changetype<usize>(texts), texts.byteLength, flags, deadlineNs, word);
  return errno == 0 ? load<i32>(word) : 0;
}

/** Makes a request that asks for it a WebSocket. */
export function accept(exchange: i32, fields: string[] = []): bool {
  if (fields.length == 0) {
    errno = callAccept(exchange, 0, 0);
  } else {
    const texts = joined(fields);
    errno = callAccept(exchange, changetype<usize>(texts), texts.byteLength);
  }
  return errno == 0;
}

/** What came over a WebSocket. */
export class Message {
  constructor(
    public isText: bool,
    public isClosing: bool,
    public bytes: ArrayBuffer,
    public code: i32,
  ) {}

  get text(): string {
    return String.UTF8.decode(this.bytes);
  }
}

const record: usize = memory.data(12);

/** Takes one message, or the closing. */
export function receive(exchange: i32): Message | null {
  let buffer = new ArrayBuffer(4096);
  errno = callReceive(exchange, changetype<usize>(buffer), buffer.byteLength, record);
  if (errno == Errno.RANGE) {
    buffer = new ArrayBuffer(load<u32>(record, 4));
    errno = callReceive(exchange, changetype<usize>(buffer), buffer.byteLength, record);
  }
  if (errno != 0) return null;
  const kind = load<u32>(record);
  const bytes = buffer.slice(0, load<u32>(record, 4));
  return new Message(kind == 1, kind == 3, bytes, load<u32>(record, 8));
}

/** Sends one message. */
export function sendText(exchange: i32, text: string): bool {
  const bytes = String.UTF8.encode(text);
  errno = callSend(exchange, 1, changetype<usize>(bytes), bytes.byteLength);
  return errno == 0;
}

export function sendBytes(exchange: i32, bytes: ArrayBuffer): bool {
  errno = callSend(exchange, 2, changetype<usize>(bytes), bytes.byteLength);
  return errno == 0;
}

/** Closes a WebSocket with a code of RFC 6455. */
export function leave(exchange: i32, code: i32, reason: string = ""): bool {
  const bytes = String.UTF8.encode(reason);
  errno = callLeave(exchange, code, changetype<usize>(bytes), bytes.byteLength);
  return errno == 0;
}

/** Lets timer `id` ring once, in a program of events. */
export function timer(id: i32, delayNs: u64): bool {
  errno = callTimer(id, delayNs);
  return errno == 0;
}

export function cancelTimer(id: i32): void {
  errno = callCancelTimer(id);
}
