import { assert } from "#core/base";

/** What one side tells the other of one request; `number` is the request's on its connection. */
const kinds = [
  /** Somebody is there, and has not read anything yet. Of no request. */
  "hello",
  /** There is a request; `text` is its head. */
  "request",
  /** A piece of a body, of the request or of the answer. */
  "body",
  /** The body is whole. */
  "end",
  /** It never will be, for the error that `text` names. */
  "broken",
  /** So many bytes more of a body may come. */
  "room",
  /** Nobody wants more of a body. */
  "unread",
  /** Whoever sent the request is gone. */
  "left",
  /** All of an answer; of `status`, with its fields in `text`. */
  "respond",
  /** The beginning of one. */
  "begin",
  /** A WebSocket is what was answered. */
  "accept",
  /** There is no answer, or no more of it. */
  "abandon",
  /** The program waits for a message. */
  "want",
  /** A message of text, or of bytes. */
  "text",
  "binary",
  /** A message was taken; or was not, for the error that `text` names. */
  "taken",
  /** The WebSocket is closed; `status` is the code. */
  "closed",
] as const;

export type FrameKind = (typeof kinds)[number];

/** What is said at once. Texts have characters of one byte. */
export interface Frame {
  readonly kind: FrameKind;
  readonly number: number;
  /** A status, a code, a count of bytes. */
  readonly status: number;
  readonly text: string;
  readonly bytes: Uint8Array;
}

export const noBytes: Uint8Array = new Uint8Array(0);

const codes: Readonly<Record<string, number>> = Object.fromEntries(
  kinds.map((kind, code) => [kind, code]),
);

/** The kind; then number, status, and how long text and bytes are, in four bytes each. */
const frameHeadBytes = 17;

/** More than a head with 64 KiB, or a message with 1 MiB, ever takes. */
const frameBytesMax = 4 * 1024 * 1024;

const bufferBytes = 64 * 1024;
/** A buffer that grew beyond this is not kept. */
const keptBytesMax = 256 * 1024;

/** Frames that wait to be written, in one piece. */
export class FrameWriter {
  #buffer = Buffer.allocUnsafeSlow(bufferBytes);
  /** What was written last, and may be used again as soon as it has left. */
  #spare: Buffer<ArrayBuffer> | undefined = undefined;
  #lengthBytes = 0;

  get isEmpty(): boolean {
    return this.#lengthBytes === 0;
  }

  put({ kind, number, status, text, bytes }: Frame): void {
    const needed = frameHeadBytes + text.length + bytes.length;
    assert(needed <= frameBytesMax, "what is said at once has its own bound");
    this.#reserve(needed);
    const buffer = this.#buffer;
    let at = this.#lengthBytes;
    at = buffer.writeUInt8(codes[kind] ?? 0, at);
    at = buffer.writeUInt32LE(number, at);
    at = buffer.writeUInt32LE(status, at);
    at = buffer.writeUInt32LE(text.length, at);
    at = buffer.writeUInt32LE(bytes.length, at);
    if (text.length > 0) at += buffer.write(text, at, "latin1");
    if (bytes.length > 0) buffer.set(bytes, at);
    this.#lengthBytes += needed;
  }

  /** All that waits. `isLastOut`: what was taken before has left, and its place is free. */
  take(isLastOut: boolean): Uint8Array {
    const taken = this.#buffer;
    const next = isLastOut ? this.#spare : undefined;
    this.#buffer = next ?? Buffer.allocUnsafeSlow(bufferBytes);
    this.#spare = taken.length > keptBytesMax ? undefined : taken;
    const bytes = taken.subarray(0, this.#lengthBytes);
    this.#lengthBytes = 0;
    return bytes;
  }

  #reserve(bytes: number): void {
    const needed = this.#lengthBytes + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.#lengthBytes);
    this.#buffer = larger;
  }
}

/** Frames out of what comes, however it was cut on the way. */
export class FrameReader {
  #pieces: Buffer[] = [];
  #heldBytes = 0;
  /** How many bytes there must be before it is worth another look. */
  #neededBytes = frameHeadBytes;

  /** Hands over each frame that is whole; answers whether what came can be frames at all. */
  read(piece: Buffer, heard: (frame: Frame) => void): boolean {
    this.#pieces.push(piece);
    this.#heldBytes += piece.length;
    if (this.#heldBytes < this.#neededBytes) return true;
    const bytes = this.#pieces.length === 1 ? piece : Buffer.concat(this.#pieces);
    let at = 0;
    for (;;) {
      const end = frameEnd(bytes, at);
      if (end === undefined) return false;
      if (end > bytes.length) {
        this.#keep(bytes.subarray(at), end - at);
        return true;
      }
      const frame = frameAt(bytes, at);
      if (frame === undefined) return false;
      at = end;
      heard(frame);
    }
  }

  #keep(rest: Buffer, neededBytes: number): void {
    this.#pieces = rest.length === 0 ? [] : [rest];
    this.#heldBytes = rest.length;
    this.#neededBytes = neededBytes;
  }
}

/** Where the frame ends that begins here, as far as one can see; `undefined` of what is none. */
function frameEnd(bytes: Buffer, at: number): number | undefined {
  if (bytes.length - at < frameHeadBytes) return at + frameHeadBytes;
  const length = frameHeadBytes + bytes.readUInt32LE(at + 9) + bytes.readUInt32LE(at + 13);
  return length > frameBytesMax ? undefined : at + length;
}

function frameAt(bytes: Buffer, at: number): Frame | undefined {
  const kind = kinds[bytes.readUInt8(at)];
  if (kind === undefined) return undefined;
  const textEnd = at + frameHeadBytes + bytes.readUInt32LE(at + 9);
  const end = textEnd + bytes.readUInt32LE(at + 13);
  return {
    kind,
    number: bytes.readUInt32LE(at + 1),
    status: bytes.readUInt32LE(at + 5),
    text: bytes.toString("latin1", at + frameHeadBytes, textEnd),
    bytes: end === textEnd ? noBytes : bytes.subarray(textEnd, end),
  };
}
