import { ByteReader, ByteWriter, MalformedBytes } from "#core/base";

/** A Zstandard frame starts with this number (RFC 8878, 3.1.1). */
const magic = 0xfd2fb528;

/** Single segment, four bytes of content size, no checksum, no dictionary. */
const descriptor = 0b1010_0000;

const blockBytesMax = 128 * 1024;

const rawBlock = 0;
const lastBlock = 1;

/**
 * Wraps bytes in a Zstandard frame of raw blocks: nothing gets smaller, but every decoder of
 * Zstandard reads it, so that what a simulation recorded can be opened outside.
 */
export function encodeStored(bytes: Uint8Array): Uint8Array {
  const writer = new ByteWriter(bytes.length + 64);
  writer.u32(magic);
  writer.u8(descriptor);
  writer.u32(bytes.length);
  let offset = 0;
  do {
    const block = bytes.subarray(offset, offset + blockBytesMax);
    offset += block.length;
    const last = offset === bytes.length ? lastBlock : 0;
    const header = (block.length << 3) | (rawBlock << 1) | last;
    writer.u8(header);
    writer.u8(header >>> 8);
    writer.u8(header >>> 16);
    writer.raw(block);
  } while (offset < bytes.length);
  return writer.toBytes();
}

/** Unwraps a frame of `encodeStored`; `undefined` when it is none or holds over `bytesMax`. */
export function decodeStored(frame: Uint8Array, bytesMax: number): Uint8Array | undefined {
  try {
    return decode(new ByteReader(frame), bytesMax);
  } catch (error) {
    if (error instanceof MalformedBytes) return undefined;
    throw error;
  }
}

function decode(reader: ByteReader, bytesMax: number): Uint8Array | undefined {
  if (reader.u32() !== magic || reader.u8() !== descriptor) return undefined;
  const lengthBytes = reader.u32();
  if (lengthBytes > bytesMax) return undefined;
  const content = new ByteWriter();
  for (let isLast = false; !isLast;) {
    const header = reader.u8() | (reader.u8() << 8) | (reader.u8() << 16);
    isLast = (header & lastBlock) !== 0;
    if (((header >>> 1) & 0b11) !== rawBlock) return undefined;
    content.raw(reader.raw(header >>> 3));
    if (content.lengthBytes > lengthBytes) return undefined;
  }
  return content.lengthBytes === lengthBytes && reader.remainingBytes === 0
    ? content.toBytes()
    : undefined;
}
