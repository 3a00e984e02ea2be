import type { Codec } from "#core/host";

/** A CRC-32 over all memories of a process, one after the other. */
export function sumMemories(views: readonly Uint8Array[], codec: Pick<Codec, "crc32">): number {
  let sum = 0;
  for (const view of views) sum = codec.crc32(view, sum);
  return sum;
}
