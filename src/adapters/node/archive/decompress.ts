import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";
import { formatBytes, PlatformError } from "#core/sys";
import { malformedArchive } from "./failure.ts";

/** What a compressed archive starts with, and how it is unpacked. */
const formats = [
  { name: "gzip", mark: [0x1f, 0x8b], unpack: promisify(gunzip) },
  { name: "Zstandard", mark: [0x28, 0xb5, 0x2f, 0xfd], unpack: promisify(zstdDecompress) },
] as const;

/** The bytes of an archive as they were before compression, if they were compressed at all. */
export async function decompress(bytes: Uint8Array, bytesMax: number): Promise<Uint8Array> {
  const format = formats.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte));
  if (format === undefined) {
    if (bytes.length > bytesMax) throw tooLarge(bytesMax);
    return bytes;
  }
  try {
    return await format.unpack(bytes, { maxOutputLength: bytesMax });
  } catch (cause) {
    if (isOverLimit(cause)) throw tooLarge(bytesMax);
    throw malformedArchive(`its ${format.name} data is damaged`, cause);
  }
}

function isOverLimit(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
}

function tooLarge(bytesMax: number): PlatformError {
  const allowed = formatBytes(bytesMax);
  return new PlatformError(`cannot read an archive: unpacked it is over ${allowed}`, {
    code: "IMAGE_TOO_LARGE",
    hint: "leave out of the image what the program does not need",
  });
}
