import { WasmWriter } from "#core/machine/wasm/binary";

/** Code or types in the making. */
export type Bytes = readonly number[];

export const Type = { i32: 0x7f, i64: 0x7e, f64: 0x7c } as const;
export const emptyBlock = 0x40;

/** Opcodes of the functions that are added, by their names in the text format. */
export const Op = {
  loop: 0x03,
  if: 0x04,
  end: 0x0b,
  brIf: 0x0d,
  return: 0x0f,
  call: 0x10,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  memorySize: 0x3f,
  i32Const: 0x41,
  i64Const: 0x42,
  i64LtS: 0x53,
  i64LtU: 0x54,
  i64GtU: 0x56,
  i64LeU: 0x58,
  i32Or: 0x72,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64Shl: 0x86,
  i32WrapI64: 0xa7,
  i64ExtendI32U: 0xad,
  f64ConvertI64S: 0xb9,
  refIsNull: 0xd1,
} as const;

export const arrayLength: Bytes = [0xfb, 0x0f];
export const tableSize: Bytes = [0xfc, 0x10];
export const truncateToI64: Bytes = [0xfc, 0x06];

export function join(...parts: readonly Bytes[]): Bytes {
  return parts.flat();
}

export function u32(value: number): Bytes {
  const writer = new WasmWriter();
  writer.u32(value);
  return [...writer.peek()];
}

/** Pushes a constant that is not below zero. */
export function constant(op: typeof Op.i32Const | typeof Op.i64Const, value: number): Bytes {
  const bytes: number[] = [op];
  let rest = value;
  // Signed numbers: the last byte must leave its sign's bit clear.
  while (rest >= 0x40) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return [...bytes, rest];
}

export function get(local: number): Bytes {
  return [Op.localGet, ...u32(local)];
}

export function set(local: number): Bytes {
  return [Op.localSet, ...u32(local)];
}

export function call(functionIndex: number): Bytes {
  return [Op.call, ...u32(functionIndex)];
}

/** A function type. */
export function functionType(parameters: readonly Bytes[], results: readonly Bytes[]): Bytes {
  const list = (types: readonly Bytes[]): Bytes => [...u32(types.length), ...types.flat()];
  return [0x60, ...list(parameters), ...list(results)];
}
