import { WasmWriter } from "#core/machine/wasm/binary";
import { type Layout, layoutSectionName } from "./instrumented.ts";

/** The payload of the section that says how the functions are numbered. */
export function writeLayout({ indexShift, firstAdded }: Layout): Uint8Array {
  const writer = new WasmWriter();
  writer.name(layoutSectionName);
  writer.u32(indexShift);
  writer.u32(firstAdded);
  return writer.peek();
}
