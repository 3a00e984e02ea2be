import { assert } from "#core/base";
import { SectionId } from "#core/machine/wasm";
import type { WasmReader, WasmWriter } from "#core/machine/wasm/binary";
import type { Layout } from "./layout.ts";
import { writeSigned } from "./numbers.ts";
import { type Part, readerOf } from "./part.ts";
import type { FunctionOf } from "./symbols.ts";

const i32Const = 0x41;
const globalGet = 0x23;
const i32Add = 0x6a;
const end = 0x0b;

interface ElementSegment {
  readonly offset: number;
  readonly functions: readonly FunctionOf[];
}

interface DataSegment {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The functions a part puts into the table, at their slots. */
export function elementSegments(part: Part, { constants }: Layout): ElementSegment[] {
  return readElements(part, (reader) => readOffset(reader, constants.get(part)));
}

/** The same, wherever they will be. */
export function elementFunctions(part: Part): readonly FunctionOf[] {
  return readElements(part, (reader) => readOffset(reader, "any")).flatMap((s) => s.functions);
}

function readElements(part: Part, offsetOf: (reader: WasmReader) => number): ElementSegment[] {
  const reader = readerOf(part, SectionId.element);
  const segments: ElementSegment[] = [];
  for (let count = reader?.count("segments") ?? 0; reader && count > 0; count--) {
    assert(reader.u32("flags") === 0, "elements go into the table at the start");
    const offset = offsetOf(reader);
    const functions: FunctionOf[] = [];
    for (let left = reader.count("elements"); left > 0; left--) {
      functions.push({ part, index: reader.u32("a function") });
    }
    segments.push({ offset, functions });
  }
  return segments;
}

/** The bytes a part puts into the memory, at their addresses. */
export function dataSegments(part: Part, { constants }: Layout): DataSegment[] {
  const reader = readerOf(part, SectionId.data);
  const segments: DataSegment[] = [];
  for (let count = reader?.count("segments") ?? 0; reader && count > 0; count--) {
    assert(reader.u32("flags") === 0, "data goes into the memory at the start");
    const offset = readOffset(reader, constants.get(part));
    const lengthBytes = reader.u32("a length");
    const from = reader.at;
    reader.skip(lengthBytes, "data");
    segments.push({ offset, bytes: reader.bytes.subarray(from, reader.at) });
  }
  return segments;
}

/** The value of a constant expression: numbers and bases, added up. */
function readOffset(
  reader: WasmReader,
  constants: ReadonlyMap<number, number> | "any" | undefined,
): number {
  let sum = 0;
  for (;;) {
    const opcode = reader.u8("an offset");
    switch (opcode) {
      case i32Const:
        sum += reader.s33("a number");
        break;
      case globalGet:
        sum += valueOf(reader.u32("a global"), constants);
        break;
      case i32Add:
        break;
      default:
        assert(opcode === end, "offsets are sums");
        return sum;
    }
  }
}

function valueOf(
  index: number,
  constants: ReadonlyMap<number, number> | "any" | undefined,
): number {
  if (constants === "any") return 0;
  const value = constants?.get(index);
  assert(value !== undefined, "an offset begins at a base");
  return value;
}

/** Writes flags and offset of an active segment. */
export function writeOffset(writer: WasmWriter, offset: number): void {
  writer.u32(0);
  writeConstant(writer, offset);
  writer.u8(end);
}

/** `i32.const VALUE`. */
export function writeConstant(writer: WasmWriter, value: number): void {
  writer.u8(i32Const);
  writeSigned(writer, value);
}
