import {
  hex,
  malformed,
  readTableElementType,
  readValueType,
  unsupported,
  type WasmReader,
  type WasmWriter,
} from "#core/machine/wasm/binary";

/** What a module can import or export. */
export type ExternKind = "function" | "table" | "memory" | "global" | "tag";

/** By the number the binary format gives them. */
const externKinds: readonly ExternKind[] = ["function", "table", "memory", "global", "tag"];

/** Sizes: pages of 64 KiB of a memory, elements of a table. */
export interface Limits {
  readonly min: number;
  /** Undefined if none is declared. */
  readonly max: number | undefined;
  readonly shared: boolean;
  /** Whether addresses (indices of a table) are 64 bits wide. */
  readonly address64: boolean;
}

export interface TableType extends Limits {
  /** As the text format writes it, such as `funcref`. */
  readonly element: string;
}

export interface GlobalType {
  readonly value: string;
  readonly mutable: boolean;
}

const limitsFlag = { hasMax: 1, shared: 2, address64: 4 } as const;
const limitsFlagsMax = 7;
const globalFlagsMax = 1;

export function readExternKind(reader: WasmReader): ExternKind {
  const start = reader.at;
  const code = reader.u8("a kind");
  const kind = externKinds[code];
  if (kind === undefined) throw unsupported(`import or export kind ${hex(code)} is unknown`, start);
  return kind;
}

/** The number the binary format gives a kind. */
export function externKindCode(kind: ExternKind): number {
  return externKinds.indexOf(kind);
}

export function readMemoryType(reader: WasmReader): Limits {
  return readLimits(reader, "memory");
}

export function readTableType(reader: WasmReader): TableType {
  const element = readTableElementType(reader);
  return { element, ...readTableLimits(reader) };
}

export function readTableLimits(reader: WasmReader): Limits {
  const start = reader.at;
  const limits = readLimits(reader, "table");
  if (limits.shared) throw unsupported("shared tables are unknown", start);
  return limits;
}

export function readGlobalType(reader: WasmReader): GlobalType {
  const value = readValueType(reader);
  const flags = reader.u8("a global's mutability");
  if (flags > globalFlagsMax) {
    throw unsupported(`global flags ${hex(flags)} are unknown`, reader.at - 1);
  }
  return { value, mutable: flags === 1 };
}

/** Answers the index of the tag's function type. */
export function readTagType(reader: WasmReader): number {
  const start = reader.at;
  const attribute = reader.u32("a tag's attribute");
  if (attribute !== 0) throw unsupported(`tag attribute ${hex(attribute)} is unknown`, start);
  return reader.u32("a tag's type");
}

/** Writes limits as memories and tables declare them. */
export function writeLimits(writer: WasmWriter, limits: Limits): void {
  const { min, max, shared, address64 } = limits;
  writer.u8(
    (max === undefined ? 0 : limitsFlag.hasMax) |
      (shared ? limitsFlag.shared : 0) |
      (address64 ? limitsFlag.address64 : 0),
  );
  writer.u64(min);
  if (max !== undefined) writer.u64(max);
}

/** `1..16`, or `1..` without a maximum, and what else is special about it. */
export function formatLimits(limits: Limits): string {
  const range = `${limits.min}..${limits.max ?? ""}`;
  return `${range}${limits.shared ? " shared" : ""}${limits.address64 ? " i64" : ""}`;
}

function readLimits(reader: WasmReader, what: string): Limits {
  const start = reader.at;
  const flags = reader.u8(`the limits of a ${what}`);
  if (flags > limitsFlagsMax) {
    throw unsupported(`${what} limits flags ${hex(flags)} are unknown`, start);
  }
  const address64 = (flags & limitsFlag.address64) !== 0;
  const size = (which: string): number =>
    address64 ? reader.u64(`a ${what}'s ${which}`) : reader.u32(`a ${what}'s ${which}`);
  const min = size("minimum");
  const max = (flags & limitsFlag.hasMax) === 0 ? undefined : size("maximum");
  if (max !== undefined && max < min) {
    throw malformed(`a ${what}'s maximum ${max} is below its minimum ${min}`, start);
  }
  return { min, max, shared: (flags & limitsFlag.shared) !== 0, address64 };
}
