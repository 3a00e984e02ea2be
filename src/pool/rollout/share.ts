import type { RequestHead } from "#core/host/traffic";

/**
 * Whether a request is among that part of all. One request is always judged the same, however often
 * it is sent: by its id. Those without an id, which programs make of each other, go by chance.
 */
export function isInShare(head: RequestHead, part: number, chance: () => number): boolean {
  const id = idOf(head);
  return (id === undefined ? chance() : placeOf(id)) < part;
}

function idOf({ fields }: RequestHead): string | undefined {
  for (let at = 0; at < fields.length; at += 2) {
    if (fields[at] === "x-request-id") return fields[at + 1];
  }
  return undefined;
}

/** A place from 0 up to, but not including, 1, which texts that hardly differ have far apart. */
function placeOf(text: string): number {
  // FNV-1a, and then what MurmurHash3 ends with: short texts alone would fill few places.
  let hash = 0x81_1c_9d_c5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01_00_01_93);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
