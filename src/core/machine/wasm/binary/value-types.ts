import { hex, malformed, unsupported } from "./errors.ts";
import type { WasmReader } from "./reader.ts";

const numberTypes: ReadonlyMap<number, string> = new Map([
  [0x7f, "i32"],
  [0x7e, "i64"],
  [0x7d, "f32"],
  [0x7c, "f64"],
  [0x7b, "v128"],
]);

/** Types that only fields of structs and arrays may have. */
const packedTypes: ReadonlyMap<number, string> = new Map([
  [0x78, "i8"],
  [0x77, "i16"],
]);

/** Heap types by code: the type's own name, and the short name of a nullable reference to it. */
const heapTypes: ReadonlyMap<number, readonly [name: string, reference: string]> = new Map([
  [0x74, ["noexn", "nullexnref"]],
  [0x73, ["nofunc", "nullfuncref"]],
  [0x72, ["noextern", "nullexternref"]],
  [0x71, ["none", "nullref"]],
  [0x70, ["func", "funcref"]],
  [0x6f, ["extern", "externref"]],
  [0x6e, ["any", "anyref"]],
  [0x6d, ["eq", "eqref"]],
  [0x6c, ["i31", "i31ref"]],
  [0x6b, ["struct", "structref"]],
  [0x6a, ["array", "arrayref"]],
  [0x69, ["exn", "exnref"]],
]);

const nonNullableReference = 0x64;
const nullableReference = 0x63;
const emptyBlock = -0x40;

/** Reads a value type and answers how the text format writes it. */
export function readValueType(reader: WasmReader): string {
  const start = reader.at;
  const code = reader.u8("a value type");
  const text = numberTypes.get(code) ?? readReferenceType(reader, code);
  if (text === undefined) throw unsupported(`value type ${hex(code)} is unknown`, start);
  return text;
}

/** Reads the type of a table's elements: a value type that is a reference. */
export function readTableElementType(reader: WasmReader): string {
  const start = reader.at;
  const code = reader.u8("an element type");
  const text = readReferenceType(reader, code);
  if (text === undefined) throw malformed(`element type ${hex(code)} is no reference`, start);
  return text;
}

/** Reads the type of a struct's or array's field: a value type, `i8` or `i16`. */
export function readStorageType(reader: WasmReader): string {
  const packed = packedTypes.get(reader.bytes[reader.at] ?? 0);
  if (packed === undefined) return readValueType(reader);
  reader.u8("a field's type");
  return packed;
}

/** Reads a heap type and answers how the text format writes it; a defined type is its index. */
export function readHeapType(reader: WasmReader): string {
  const start = reader.at;
  const value = reader.s33("a heap type");
  if (value >= 0) return String(value);
  const name = heapTypes.get(value + 0x80)?.[0];
  if (name === undefined) throw unsupported(`heap type ${hex(value + 0x80)} is unknown`, start);
  return name;
}

/** Steps over a block type: none, one value type, or the index of a function type. */
export function skipBlockType(reader: WasmReader): void {
  const start = reader.at;
  const value = reader.s33("a block type");
  if (value >= 0 || value === emptyBlock) return;
  reader.at = start;
  readValueType(reader);
}

function readReferenceType(reader: WasmReader, code: number): string | undefined {
  if (code === nullableReference) return `(ref null ${readHeapType(reader)})`;
  if (code === nonNullableReference) return `(ref ${readHeapType(reader)})`;
  return heapTypes.get(code)?.[1];
}
