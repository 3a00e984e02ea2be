import type { Section } from "#core/machine/wasm";
import { WasmReader, WasmWriter } from "#core/machine/wasm/binary";
import { Splice } from "./splice.ts";
import { unlessMalformed } from "./unless-malformed.ts";

/** Which function indices move, and by how much. */
export interface IndexShift {
  readonly firstMoved: number;
  readonly by: number;
}

/** The parts of a name section that are keyed by function; locals and labels have lists within. */
const functionNames = 1;
const localNames = 2;
const labelNames = 3;

/**
 * The payload of a name section with the function indices moved up, so that stack traces go on
 * naming the guest's functions. Undefined if the section cannot be read: names are advice, and V8
 * ignores such a section as well.
 */
export function moveFunctionNames(
  bytes: Uint8Array,
  section: Section,
  shift: IndexShift,
): Uint8Array | undefined {
  return unlessMalformed(() => {
    const reader = new WasmReader(bytes, section.from, section.to);
    const writer = new WasmWriter(section.to - section.from + 64);
    writer.name("name");
    const scratch = new WasmWriter();
    while (reader.remainingBytes > 0) {
      const id = reader.u8("a part of the name section");
      const lengthBytes = reader.u32("the length of a part of the name section");
      const from = reader.at;
      reader.skip(lengthBytes, "a part of the name section");
      scratch.clear();
      movePart(id, new WasmReader(bytes, from, reader.at), scratch, shift);
      writer.u8(id);
      writer.u32(scratch.lengthBytes);
      writer.copy(scratch.peek());
    }
    return writer.peek();
  });
}

function movePart(id: number, reader: WasmReader, writer: WasmWriter, shift: IndexShift): void {
  const splice = new Splice(reader.bytes, reader.at, writer);
  if (id === functionNames || id === localNames || id === labelNames) {
    for (let count = reader.count("names"); count > 0; count--) {
      const from = reader.at;
      const index = reader.u32("a function index");
      if (index >= shift.firstMoved) splice.replaceU32(from, reader.at, index + shift.by);
      if (id === functionNames) skipName(reader);
      else skipNameMap(reader);
    }
  }
  splice.replace(reader.end, reader.end);
}

function skipNameMap(reader: WasmReader): void {
  for (let count = reader.count("names"); count > 0; count--) {
    reader.u32("an index");
    skipName(reader);
  }
}

function skipName(reader: WasmReader): void {
  reader.skip(reader.u32("the length of a name"), "a name");
}
