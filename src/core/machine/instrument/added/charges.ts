import {
  type Bytes,
  call,
  constant,
  emptyBlock,
  functionType,
  get,
  join,
  Op,
  truncateToI64,
  Type,
  u32,
} from "./ops.ts";

/**
 * How a program pays for the objects it makes, which live on the engine's heap: before it makes
 * one, it takes the bytes from its credit, a global; what is owed beyond that it asks the kernel
 * for, which answers with the next credit, or ends the program.
 */
export interface ChargeIndices {
  readonly creditGlobal: number;
  readonly allocateFunction: number;
}

/** `(bytes: i32)`: charges so many. */
export const chargeType: Bytes = functionType([[Type.i32]], []);

export function chargeBody({ creditGlobal, allocateFunction }: ChargeIndices): Bytes {
  const credit = u32(creditGlobal);
  return join(
    [0],
    [Op.globalGet, ...credit, ...get(0), Op.i64ExtendI32U, Op.i64Sub],
    [Op.globalSet, ...credit],
    askIfOwed(credit, allocateFunction),
    [Op.end],
  );
}

/** `(length: i32, bytes of an element: i32) -> length`: charges for an array. */
export const chargeArrayType: Bytes = functionType([[Type.i32], [Type.i32]], [[Type.i32]]);

export function chargeArrayBody({ creditGlobal, allocateFunction }: ChargeIndices): Bytes {
  const credit = u32(creditGlobal);
  const lengthTimesSize = [
    ...get(0),
    Op.i64ExtendI32U,
    ...get(1),
    Op.i64ExtendI32U,
    Op.i64Mul,
    ...constant(Op.i64Const, arrayHeadBytes),
    Op.i64Add,
  ];
  return join(
    [0],
    [Op.globalGet, ...credit, ...lengthTimesSize, Op.i64Sub],
    [Op.globalSet, ...credit],
    askIfOwed(credit, allocateFunction),
    get(0),
    [Op.end],
  );
}

const arrayHeadBytes = 24;

function askIfOwed(credit: Bytes, allocateFunction: number): Bytes {
  return join(
    [Op.globalGet, ...credit, ...constant(Op.i64Const, 0), Op.i64LtS],
    [Op.if, emptyBlock],
    [...constant(Op.i64Const, 0), Op.globalGet, ...credit, Op.i64Sub, Op.f64ConvertI64S],
    [...call(allocateFunction), ...truncateToI64, Op.globalSet, ...credit],
    [Op.end],
  );
}

/** The type of the kernel's function: bytes that are owed, and the credit it gives. */
export const allocateType: Bytes = functionType([[Type.f64]], [[Type.f64]]);
