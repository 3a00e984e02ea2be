import type { Codec } from "#core/host";
import { crc32 } from "./crc32.ts";
import { sha256 } from "./sha256.ts";
import { decodeStored, encodeStored } from "./stored-frame.ts";

/** A codec in plain ECMAScript: the digests are the real ones, and nothing gets smaller. */
export const simulatedCodec: Codec = {
  sha256,
  crc32,
  compress: encodeStored,
  decompress: decodeStored,
};
