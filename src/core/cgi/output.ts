import { assert } from "#core/base";
import type { ByteSink, Turns } from "#core/host";
import type { IncomingRequest } from "#core/host/traffic";
import { errno, type Errno } from "#core/sys";
import { parseCgiHead } from "./response-head.ts";

export interface CgiOutputBounds {
  /** Of the lines before the body. */
  readonly headBytesMax: number;
}

const cgiOutputBounds: CgiOutputBounds = { headBytesMax: 64 * 1024 };

/**
 * The stdout of a program as the answer to a request. Its lines become the head, and what comes
 * behind them goes on as it comes. An output that is no answer is abandoned with what was wrong;
 * what the program writes then answers EPIPE, as where its client is gone.
 */
export class CgiOutput implements ByteSink {
  readonly #request: IncomingRequest;
  readonly #turns: Pick<Turns, "next">;
  readonly #bounds: CgiOutputBounds;
  /** What came before the empty line, and room for more. */
  #head: Uint8Array = new Uint8Array(512);
  #headBytes = 0;
  #body: ByteSink | undefined;
  #isOver = false;
  #status = 0;

  constructor(
    request: IncomingRequest,
    turns: Pick<Turns, "next">,
    bounds: CgiOutputBounds = cgiOutputBounds,
  ) {
    this.#request = request;
    this.#turns = turns;
    this.#bounds = bounds;
  }

  /** Whether the answer that is begun is one of an error. */
  get tellsError(): boolean {
    return this.#status >= 400;
  }

  push(bytes: Uint8Array, answer: (failed: Errno | undefined) => void): void {
    const rest = this.#takeHead(bytes);
    if (this.#body !== undefined && rest.length > 0) return this.#body.push(rest, answer);
    this.#turns.next(() => answer(this.#isOver ? errno.EPIPE : undefined));
  }

  tryPush(bytes: Uint8Array): number | Errno {
    if (this.#isOver) return errno.EPIPE;
    const rest = this.#takeHead(bytes);
    if (rest.length === 0) return bytes.length;
    const ofHead = bytes.length - rest.length;
    const taken = this.#body?.tryPush?.(rest) ?? 0;
    if (typeof taken === "number") return ofHead + taken;
    return ofHead > 0 ? ofHead : taken;
  }

  /** The program has closed its stdout. */
  close(): void {
    if (this.#body !== undefined) this.#body.close();
    else if (!this.#isOver) this.#giveUp(this.#missing());
    this.#isOver = true;
  }

  /** What of `bytes` is body. */
  #takeHead(bytes: Uint8Array): Uint8Array {
    if (this.#body !== undefined || this.#isOver) return bytes;
    const seenBytes = this.#headBytes;
    this.#append(bytes);
    const all = this.#head.subarray(0, this.#headBytes);
    const end = endOfHead(all, Math.max(0, seenBytes - 2));
    if ((end?.at ?? all.length) > this.#bounds.headBytesMax) {
      this.#giveUp(`the head of its output has more than ${this.#bounds.headBytesMax} bytes`);
      return nothing;
    }
    if (end === undefined) return nothing;
    this.#begin(all.subarray(0, end.at));
    return all.subarray(end.next);
  }

  /** Twice the room each time: a program may write byte by byte. */
  #append(bytes: Uint8Array): void {
    const wantedBytes = this.#headBytes + bytes.length;
    if (wantedBytes > this.#head.length) {
      const larger = new Uint8Array(Math.max(wantedBytes, 2 * this.#head.length));
      larger.set(this.#head);
      this.#head = larger;
    }
    this.#head.set(bytes, this.#headBytes);
    this.#headBytes = wantedBytes;
  }

  #begin(lines: Uint8Array): void {
    this.#head = nothing;
    const head = parseCgiHead(latin1(lines));
    if (typeof head === "string") return this.#giveUp(head);
    this.#status = head.status;
    this.#body = this.#request.begin(head);
  }

  #missing(): string {
    if (this.#headBytes === 0) return "it wrote nothing to its stdout";
    return "its output ended before the empty line behind its head";
  }

  #giveUp(why: string): void {
    assert(!this.#isOver, "an output is given up once");
    this.#isOver = true;
    this.#head = nothing;
    this.#request.abandon(why);
  }
}

const nothing = new Uint8Array();
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** The first empty line from `from` on: where the lines before it end, and what is behind it. */
function endOfHead(
  bytes: Uint8Array,
  from: number,
): { readonly at: number; readonly next: number } | undefined {
  // An output may begin with it: a head without lines, which is none.
  if (bytes[0] === lineFeed) return { at: 0, next: 1 };
  if (bytes[0] === carriageReturn && bytes[1] === lineFeed) return { at: 0, next: 2 };
  for (let at = bytes.indexOf(lineFeed, from); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
    if (bytes[at + 1] === lineFeed) return { at: at + 1, next: at + 2 };
    const isEmpty = bytes[at + 1] === carriageReturn && bytes[at + 2] === lineFeed;
    if (isEmpty) return { at: at + 1, next: at + 3 };
  }
  return undefined;
}

/** Each byte as one character, as fields are sent. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
