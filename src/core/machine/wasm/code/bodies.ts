import { moduleLimits, readValueType, type WasmReader } from "#core/machine/wasm/binary";

/** The bytes of one function: declarations of locals at `from`, code at `code` up to `to`. */
export interface FunctionBody {
  readonly from: number;
  readonly code: number;
  readonly to: number;
}

/** Reads the payload of a code section up to the code of each function, which is not looked at. */
export function readBodies(reader: WasmReader): readonly FunctionBody[] {
  const bodies: FunctionBody[] = [];
  for (let count = reader.count("bodies", moduleLimits.functions); count > 0; count--) {
    const lengthBytes = reader.u32("the length of a function body");
    const from = reader.at;
    reader.skip(lengthBytes, "a function body");
    const to = reader.at;
    reader.at = from;
    skipLocals(reader);
    bodies.push({ from, code: reader.at, to });
    reader.at = to;
  }
  reader.finish("the code section");
  return bodies;
}

function skipLocals(reader: WasmReader): void {
  for (let count = reader.count("declarations of locals"); count > 0; count--) {
    reader.u32("a number of locals");
    readValueType(reader);
  }
}
