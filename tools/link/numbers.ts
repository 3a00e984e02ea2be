import type { WasmWriter } from "#core/machine/wasm/binary";

/** A whole number of 32 bits, with its sign, in the shortest LEB128. */
export function writeSigned(writer: WasmWriter, value: number): void {
  let rest = value | 0;
  // The sixth bit of the last byte is the sign of the whole.
  while (rest < -0x40 || rest >= 0x40) {
    writer.u8((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  writer.u8(rest & 0x7f);
}
