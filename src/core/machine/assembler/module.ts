import { type Bytes, bytesOf, list, name, section, u32, wasm } from "./encode.ts";

/** Value types as the binary format writes them. */
export const Type = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
  funcref: 0x70,
} as const;

/** A function of the module: its type's index, the types of its locals, and its code. */
export interface FunctionParts {
  readonly type?: number;
  readonly locals?: Bytes;
  /** Without the last `end`. */
  readonly code: Bytes;
}

/** What a module is made of, each entry in bytes; a section that is left out is absent. */
export interface ModuleParts {
  readonly types?: readonly Bytes[];
  readonly imports?: readonly Bytes[];
  readonly functions?: readonly FunctionParts[];
  readonly tables?: readonly Bytes[];
  readonly memories?: readonly Bytes[];
  readonly tags?: readonly Bytes[];
  readonly globals?: readonly Bytes[];
  readonly exports?: readonly Bytes[];
  readonly start?: number;
  readonly elements?: readonly Bytes[];
  /** Also writes a section that counts them, which some instructions need. */
  readonly data?: readonly Bytes[];
  /** Whole sections, put before the code. */
  readonly customs?: readonly Bytes[];
}

/** A type from parameters to results. */
export function functionType(parameters: Bytes, results: Bytes): Bytes {
  return [0x60, ...bytesOf(parameters), ...bytesOf(results)];
}

const kinds = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const;

/** An import; `type` is what follows the kind. */
export function importOf(from: string, what: string, kind: keyof typeof kinds, type: Bytes): Bytes {
  return [...name(from), ...name(what), kinds[kind], ...type];
}

export function exportOf(what: string, kind: keyof typeof kinds, index: number): Bytes {
  return [...name(what), kinds[kind], ...u32(index)];
}

/** Puts a module together. Without types given, type 0 is `() -> ()`. */
export function assemble(parts: ModuleParts): Uint8Array {
  const types = parts.types ?? [functionType([], [])];
  const { functions } = parts;
  const sections: (Bytes | undefined)[] = [
    section(1, list(types)),
    optional(2, parts.imports),
    optional(
      3,
      functions?.map(({ type }) => u32(type ?? 0)),
    ),
    optional(4, parts.tables),
    optional(5, parts.memories),
    optional(13, parts.tags),
    optional(6, parts.globals),
    optional(7, parts.exports),
    parts.start === undefined ? undefined : section(8, u32(parts.start)),
    optional(9, parts.elements),
    parts.data && section(12, u32(parts.data.length)),
    ...(parts.customs ?? []),
    optional(10, functions?.map(body)),
    optional(11, parts.data),
  ];
  return wasm(...sections.filter((part) => part !== undefined));
}

function optional(id: number, entries: readonly Bytes[] | undefined): Bytes | undefined {
  return entries && section(id, list(entries));
}

function body({ locals, code }: FunctionParts): Bytes {
  const declarations = list((locals ?? []).map((type) => [1, type]));
  return bytesOf([...declarations, ...code, 0x0b]);
}
