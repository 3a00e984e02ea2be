/** Frames of HTTP/2 (RFC 9113) by hand, so that also those can be made that nobody may send. */
export const types = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goAway: 7,
  window: 8,
  continuation: 9,
} as const;
export type FrameType = keyof typeof types;

export const flags = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const;

export const errorCodes = {
  none: 0,
  protocol: 1,
  internal: 2,
  flowControl: 3,
  streamClosed: 5,
  frameSize: 6,
  refusedStream: 7,
  cancel: 8,
  compression: 9,
  enhanceYourCalm: 11,
} as const;

/** The first bytes of a client. */
export const preface: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

type Payload = readonly number[] | Uint8Array;

/** One frame; `type` may be a number that no frame has. */
export function frame(
  type: FrameType | number,
  stream: number,
  payload: Payload = [],
  bits = 0,
): Buffer {
  const content = Buffer.from(payload);
  const head = Buffer.alloc(9);
  head.writeUIntBE(content.length, 0, 3);
  head[3] = typeof type === "number" ? type : types[type];
  head[4] = bits;
  head.writeUInt32BE(stream >>> 0, 5);
  return Buffer.concat([head, content]);
}

export const word = (value: number): readonly number[] => [
  (value >>> 24) & 255,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];

export const setting = (id: number, value: number): readonly number[] => [
  id >>> 8,
  id & 255,
  ...word(value),
];

/** Fields as HPACK has them without an index and without Huffman's code. */
export function block(fields: readonly (readonly [name: string, value: string])[]): Buffer {
  const text = (value: string): Buffer => Buffer.from(value, "latin1");
  return Buffer.concat(
    fields.flatMap(([name, value]) => [
      Buffer.of(0, ...length(name.length)),
      text(name),
      Buffer.of(...length(value.length)),
      text(value),
    ]),
  );
}

/** An integer with a prefix of seven bits. */
function length(value: number): readonly number[] {
  if (value < 127) return [value];
  const digits = [127];
  let rest = value - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) digits.push((rest % 128) | 128);
  return [...digits, rest];
}

/** All whole frames, and what is left. */
export function framesOf(bytes: Buffer): {
  readonly frames: readonly Frame[];
  readonly rest: Buffer;
} {
  const frames: Frame[] = [];
  let at = 0;
  while (bytes.length - at >= 9) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    if (bytes.length < end) break;
    const payload = bytes.subarray(at + 9, end);
    const stream = bytes.readUInt32BE(at + 5) & 0x7fffffff;
    frames.push({ type: bytes[at + 3] ?? 0, flags: bytes[at + 4] ?? 0, stream, payload });
    at = end;
  }
  return { frames, rest: bytes.subarray(at) };
}
