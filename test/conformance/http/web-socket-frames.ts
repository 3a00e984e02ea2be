/** Frames of WebSockets (RFC 6455) by hand, so that also those can be made that nobody may send. */
export const opcodes = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
export type FrameKind = keyof typeof opcodes;

export interface FrameOptions {
  readonly isLast?: boolean;
  readonly isMasked?: boolean;
  /** The three bits behind the first. */
  readonly reserved?: number;
  /** The length in so many bytes, though fewer would do. */
  readonly lengthBytes?: 0 | 2 | 8;
}

const key = [1, 2, 3, 4] as const;

/** One frame, as a client sends it unless told otherwise; `kind` may be a number that none has. */
export function frame(
  kind: FrameKind | number,
  content: Uint8Array | string = "",
  options: FrameOptions = {},
): Buffer {
  const { isLast = true, isMasked = true, reserved = 0 } = options;
  const bytes = Buffer.from(content);
  const opcode = typeof kind === "number" ? kind : opcodes[kind];
  const first = (isLast ? 0x80 : 0) | (reserved << 4) | opcode;
  const head = [first, ...lengthOf(bytes.length, options.lengthBytes)];
  if (!isMasked) return Buffer.concat([Buffer.from(head), bytes]);
  head[1] = (head[1] ?? 0) | 0x80;
  const masked = bytes.map((byte, at) => byte ^ (key[at % 4] ?? 0));
  return Buffer.concat([Buffer.from([...head, ...key]), masked]);
}

function lengthOf(length: number, least: FrameOptions["lengthBytes"] = 0): readonly number[] {
  if (length < 126 && least === 0) return [length];
  if (length < 65_536 && least <= 2) return [126, length >> 8, length & 255];
  return [127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((at) => (length >> at) & 255)];
}

/** What a client closes with. */
export const bye: Buffer = frame("close", Buffer.of(3, 232));

/** What a closing says. */
export function closing(code: number, reason: Uint8Array | string = ""): Buffer {
  return Buffer.concat([Buffer.of(code >> 8, code & 255), Buffer.from(reason)]);
}

/** The frames of a server, in words: kind and content, or of a closing its code and reason. */
export function framesIn(bytes: Buffer): readonly string[] {
  const told: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const [first = 0, short = 0] = bytes.subarray(at);
    const wide = short === 126 ? 2 : short === 127 ? 8 : 0;
    const length =
      wide === 0 ? short : bytes.readUIntBE(at + 2 + Math.max(0, wide - 6), Math.min(wide, 6));
    const from = at + 2 + wide;
    at = from + length;
    told.push(wordOf(first, bytes.subarray(from, at)));
  }
  return told;
}

function wordOf(first: number, content: Buffer): string {
  const name = Object.entries(opcodes).find(([, code]) => code === (first & 15))?.[0];
  // A server neither masks nor cuts.
  if (name === undefined || first < 0x80 || (first & 0x70) !== 0) return `frame ${first}`;
  if (name === "close") {
    if (content.length < 2) return "close";
    return worded(`close ${content.readUInt16BE(0)}`, content.subarray(2));
  }
  return worded(name, content);
}

/** A word and some content; of much of it, how much. */
export function worded(word: string, content: Uint8Array): string {
  if (content.length === 0) return word;
  const isMuch = content.length > 150;
  return `${word} ${isMuch ? `(${content.length} bytes)` : Buffer.from(content).toString("utf8")}`;
}
