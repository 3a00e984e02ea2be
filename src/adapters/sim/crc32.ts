/** The polynomial of CRC-32 (IEEE 802.3), bits reversed. */
const polynomial = 0xedb88320;

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) {
    value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
  }
  return value;
});

/** CRC-32 (IEEE) of `bytes`, going on from `start`. */
export function crc32(bytes: Uint8Array, start = 0): number {
  let value = ~start;
  for (const byte of bytes) {
    value = (table[(value ^ byte) & 0xff] as number) ^ (value >>> 8);
  }
  return ~value >>> 0;
}
