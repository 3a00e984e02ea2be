import { type Bytes, u32 } from "./encode.ts";
import { assemble, exportOf, functionType, Type } from "./module.ts";

/** Indices of the types that the samples' module declares. */
const Types = { function: 0, struct: 1, array: 2, packedStruct: 3, packedArray: 4, references: 5 };

const unreachable = 0x00;
const end = 0x0b;
const emptyBlock = 0x40;
const anyHeap = 0x6e;
const eqHeap = 0x6d;
const funcHeap = 0x70;
/** `(ref any)` */
const anyReference = [0x64, anyHeap];

/** Code around an instruction that cannot stand alone; `op` is the instruction in bytes. */
const surroundings: Readonly<Record<string, (op: Bytes) => Bytes>> = {
  block: (op) => [...op, end],
  loop: (op) => [...op, end],
  if: (op) => [...op, end],
  else: (op) => [0x04, emptyBlock, ...op, end],
  try: (op) => [...op, end],
  catch: (op) => [0x06, emptyBlock, ...op, end],
  catch_all: (op) => [0x06, emptyBlock, ...op, end],
  rethrow: (op) => [0x06, emptyBlock, 0x19, ...op, end],
  delegate: (op) => [0x06, emptyBlock, ...op],
  try_table: (op) => [...op, end],
  end: (op) => [0x02, emptyBlock, ...op],
  br_on_non_null: withinReferenceBlock,
  br_on_cast: withinReferenceBlock,
  br_on_cast_fail: withinReferenceBlock,
};

function withinReferenceBlock(op: Bytes): Bytes {
  return [0x02, ...anyReference, unreachable, ...op, unreachable, end];
}

/**
 * A valid module whose only function, `run`, has the opcode of this code, text name and kinds of
 * immediates. It stands behind an `unreachable`, which makes operands of every type out of nothing.
 */
export function sampleOf(
  code: number,
  name: string,
  immediates: readonly string[],
): { readonly bytes: Uint8Array; readonly op: Bytes } {
  const op = [...opcodeBytes(code), ...immediateBytes(name, immediates)];
  const around = surroundings[name] ?? ((alone: Bytes): Bytes => alone);
  const bytes = assemble({
    types: [
      functionType([], []),
      [0x5f, 1, Type.i32, 1],
      [0x5e, Type.i32, 1],
      [0x5f, 1, 0x78, 1],
      [0x5e, 0x78, 1],
      [0x5e, Type.funcref, 1],
    ],
    functions: [{ locals: [Type.i32], code: [unreachable, ...around(op), unreachable] }],
    tables: [[Type.funcref, 0, 1]],
    memories: [[0, 1]],
    tags: [[0, 0]],
    globals: [[Type.i32, 1, 0x41, 0, end]],
    exports: [exportOf("run", "function", 0)],
    elements: [[1, 0, 1, 0]],
    data: [[1, 1, 0]],
  });
  return { bytes, op };
}

function opcodeBytes(code: number): Bytes {
  return code <= 0xff ? [code] : [code >> 12, ...u32(code & 0xfff)];
}

function immediateBytes(name: string, immediates: readonly string[]): Bytes {
  return immediates.flatMap((kind, place) => {
    // The second heap type of a cast must lie below the first one.
    if (kind === "heap") return [place === 3 ? eqHeap : heapOf(name)];
    return immediate(name, kind);
  });
}

function immediate(name: string, kind: string): Bytes {
  switch (kind) {
    case "block":
      return [emptyBlock];
    case "catches":
      // Each kind once: two with a tag, two without; the label is the function's end.
      return [2, 0, 0, 0, 2, 0];
    case "f32":
      return [0, 0, 0, 0];
    case "f64":
      return Array.from({ length: 8 }, () => 0);
    case "labels":
      return [2, 0, 0, 0];
    case "lanes":
    case "v128":
      return Array.from({ length: 16 }, () => 0);
    case "memarg":
      return [alignmentOf(name), 0];
    case "type":
      return [typeOf(name)];
    case "types":
      return [1, Type.i32];
    default:
      return [0];
  }
}

function heapOf(name: string): number {
  return name === "ref.null" ? funcHeap : anyHeap;
}

function typeOf(name: string): number {
  if (/^struct\.get_[su]$/.test(name)) return Types.packedStruct;
  if (name.startsWith("struct.")) return Types.struct;
  if (/^array\.get_[su]$/.test(name)) return Types.packedArray;
  if (/^array\..*elem$/.test(name)) return Types.references;
  return name.startsWith("array.") ? Types.array : Types.function;
}

/** Atomic accesses must be aligned to their width, in powers of two; others may be to one byte. */
function alignmentOf(name: string): number {
  if (!name.includes("atomic")) return 0;
  if (/8(_u|\.|$)/.test(name)) return 0;
  if (/16(_u|\.|$)/.test(name)) return 1;
  if (name.endsWith("notify") || name.endsWith("wait32")) return 2;
  if (name.endsWith("wait64")) return 3;
  return name.startsWith("i32") || /32(_u|\.|$)/.test(name.slice(3)) ? 2 : 3;
}
