import { ByteReader, ByteWriter } from "#core/base";
import type { Codec } from "#core/host";
import { PlatformError } from "#core/sys";

/*
 * A recording is a head and then frames, each whole or not there at all:
 *
 *     head:   "noosrec\n"  version u32
 *     frame:  length u32  kind u32  crc32(payload) u32  crc32(the 12 bytes before) u32  payload
 *
 * A payload is one zstd frame. All numbers are little-endian. A file that ends inside a frame, or
 * goes on with zeros (as a disk may leave it that lost its power), was cut and is good up to
 * there; a frame whose sums do not fit was damaged.
 */
const magic = new TextEncoder().encode("noosrec\n");
const headBytes = magic.length + 4;
const frameHeadBytes = 16;

/** The version this build writes, and the only one it reads. */
const formatVersion = 1;

/** The most bytes that one frame may unpack to. */
export const frameBytesMax: number = 64 * 1024 * 1024;

/** What a frame holds. */
export const FrameKind = { header: 1, attachment: 2, entries: 3, flight: 4 } as const;

export interface Frame {
  readonly kind: number;
  readonly payload: Uint8Array;
}

/** A frame as it lies in a file, whose sum fits. */
export interface PackedFrame {
  readonly kind: number;
  readonly packed: Uint8Array;
  /** Counted from 0. */
  readonly index: number;
  /** Where it begins in the file. */
  readonly offset: number;
}

export type FrameCodec = Pick<Codec, "crc32" | "compress" | "decompress">;

/** The bytes every recording starts with. */
export function encodeHead(): Uint8Array {
  const writer = new ByteWriter(headBytes);
  writer.raw(magic);
  writer.u32(formatVersion);
  return writer.toBytes();
}

/** A frame of at most `frameBytesMax`. */
export function encodeFrame({ kind, payload }: Frame, codec: FrameCodec): Uint8Array {
  return joinFrame(kind, codec.compress(payload), codec);
}

/** A frame whose payload was compressed elsewhere, into one zstd frame. */
export function joinFrame(
  kind: number,
  packed: Uint8Array,
  codec: Pick<Codec, "crc32">,
): Uint8Array {
  const writer = new ByteWriter(frameHeadBytes + packed.length);
  writer.u32(packed.length);
  writer.u32(kind);
  writer.u32(codec.crc32(packed));
  writer.u32(codec.crc32(writer.peek()));
  writer.raw(packed);
  return writer.peek();
}

/**
 * Finds all whole frames. Throws `RECORDING_MALFORMED` or `RECORDING_VERSION`, and
 * `RECORDING_INCOMPLETE` for a file that was cut before its first frame.
 */
export function readFrames(bytes: Uint8Array, codec: Pick<Codec, "crc32">): PackedFrame[] {
  checkHead(bytes);
  const frames: PackedFrame[] = [];
  let offset = headBytes;
  while (offset + frameHeadBytes <= bytes.length) {
    const reader = new ByteReader(bytes, offset);
    const lengthBytes = reader.u32();
    const kind = reader.u32();
    const sum = reader.u32();
    if (reader.u32() !== codec.crc32(bytes.subarray(offset, offset + 12))) {
      if (isZero(bytes.subarray(offset))) break;
      throw damaged(frames.length, offset);
    }
    const start = offset + frameHeadBytes;
    if (start + lengthBytes > bytes.length) break;
    const packed = bytes.subarray(start, start + lengthBytes);
    if (codec.crc32(packed) !== sum) throw damaged(frames.length, offset);
    frames.push({ kind, packed, index: frames.length, offset });
    offset = start + lengthBytes;
  }
  return frames;
}

/** A frame's content. Throws `RECORDING_MALFORMED` when it is more than one may hold. */
export function unpackFrame(frame: PackedFrame, codec: Pick<Codec, "decompress">): Uint8Array {
  const payload = codec.decompress(frame.packed, frameBytesMax);
  if (payload === undefined) throw damaged(frame.index, frame.offset);
  return payload;
}

function checkHead(bytes: Uint8Array): void {
  const found = bytes.subarray(0, magic.length);
  if (found.some((byte, index) => byte !== magic[index])) {
    throw new PlatformError("cannot read the recording: the file does not begin like one", {
      code: "RECORDING_MALFORMED",
      hint: "give a file that `noos run --record` has written",
    });
  }
  if (bytes.length < headBytes) throw incomplete();
  const version = new ByteReader(bytes, magic.length).u32();
  if (version === formatVersion) return;
  const versions = `its format is version ${version}, this build reads ${formatVersion}`;
  throw new PlatformError(`cannot read the recording: ${versions}`, {
    code: "RECORDING_VERSION",
    hint: "replay it with the build that recorded it",
  });
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function damaged(index: number, offset: number): PlatformError {
  return new PlatformError(
    `cannot read the recording: frame ${index} at byte ${offset} is damaged (its sum does not fit)`,
    { code: "RECORDING_MALFORMED", hint: "fetch the file again from where it was recorded" },
  );
}

/** What to say when there is too little to start from. */
export function incomplete(): PlatformError {
  return new PlatformError("cannot read the recording: it ends before the program it recorded", {
    code: "RECORDING_INCOMPLETE",
    hint: "record the run again: this file holds too little to start from",
  });
}
