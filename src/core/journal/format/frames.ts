import { ByteReader, ByteWriter } from "#core/base";
import type { Codec } from "#core/host";
import { PlatformError } from "#core/sys";

/*
 * A recording is a head and then frames, each whole or not there at all:
 *
 *     head:   "noosrec\n"  version u32
 *     frame:  length u32  kind u32  crc32(payload) u32  crc32(the 12 bytes before) u32  payload
 *
 * A payload is one zstd frame. All numbers are little-endian. A file that ends inside a frame was
 * cut and is good up to there; a frame whose sums do not fit was damaged.
 */
const magic = "noosrec\n";
const headBytes = magic.length + 4;
const frameHeadBytes = 16;

/** The version this build writes, and the only one it reads. */
export const formatVersion = 1;

/** The most bytes that one frame may unpack to. */
const frameBytesMax = 64 * 1024 * 1024;

export const FrameKind = { header: 1, attachment: 2, entries: 3 } as const;

export interface Frame {
  readonly kind: number;
  readonly payload: Uint8Array;
}

export type FrameCodec = Pick<Codec, "crc32" | "compress" | "decompress">;

/** The bytes every recording starts with. */
export function encodeHead(): Uint8Array {
  const writer = new ByteWriter(headBytes);
  writer.raw(new TextEncoder().encode(magic));
  writer.u32(formatVersion);
  return writer.toBytes();
}

export function encodeFrame(frame: Frame, codec: FrameCodec): Uint8Array {
  const packed = codec.compress(frame.payload);
  const writer = new ByteWriter(frameHeadBytes + packed.length);
  writer.u32(packed.length);
  writer.u32(frame.kind);
  writer.u32(codec.crc32(packed));
  writer.u32(codec.crc32(writer.toBytes()));
  writer.raw(packed);
  return writer.toBytes();
}

/** What can be read of a recording's bytes. */
export interface FrameReading {
  readonly frames: readonly Frame[];
  /** The file ends inside a frame: it was being written when something ended the writer. */
  readonly isCut: boolean;
}

/** Reads all whole frames. Throws `RECORDING_MALFORMED` or `RECORDING_VERSION`. */
export function readFrames(bytes: Uint8Array, codec: FrameCodec): FrameReading {
  checkHead(bytes);
  const frames: Frame[] = [];
  let offset = headBytes;
  while (offset + frameHeadBytes <= bytes.length) {
    const head = bytes.subarray(offset, offset + frameHeadBytes);
    const reader = new ByteReader(head);
    const lengthBytes = reader.u32();
    const kind = reader.u32();
    const sum = reader.u32();
    if (reader.u32() !== codec.crc32(head.subarray(0, 12))) throw damaged(frames.length, offset);
    const start = offset + frameHeadBytes;
    if (start + lengthBytes > bytes.length) return { frames, isCut: true };
    const packed = bytes.subarray(start, start + lengthBytes);
    if (codec.crc32(packed) !== sum) throw damaged(frames.length, offset);
    const payload = codec.decompress(packed, frameBytesMax);
    if (payload === undefined) throw damaged(frames.length, offset);
    frames.push({ kind, payload });
    offset = start + lengthBytes;
  }
  return { frames, isCut: offset < bytes.length };
}

function checkHead(bytes: Uint8Array): void {
  const reader = new ByteReader(bytes);
  const hasMagic =
    bytes.length >= headBytes && new TextDecoder().decode(reader.raw(magic.length)) === magic;
  if (!hasMagic) {
    throw new PlatformError("cannot read the recording: the file does not begin like one", {
      code: "RECORDING_MALFORMED",
      hint: "give a file that `noos run --record` has written",
    });
  }
  const found = reader.u32();
  if (found === formatVersion) return;
  throw new PlatformError(
    `cannot read the recording: its format is version ${found}, this build reads ${formatVersion}`,
    { code: "RECORDING_VERSION", hint: "replay it with the build that recorded it" },
  );
}

function damaged(index: number, offset: number): PlatformError {
  return new PlatformError(
    `cannot read the recording: frame ${index} at byte ${offset} is damaged (its sum does not fit)`,
    { code: "RECORDING_MALFORMED", hint: "fetch the file again from where it was recorded" },
  );
}
