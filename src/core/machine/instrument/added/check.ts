import { WasmWriter } from "#core/machine/wasm/binary";

/** The instructions of one check: `if (flag) yield()`. They leave the stack as it is. */
export interface Check {
  readonly bytes: Uint8Array;
  /** Where its branch stands in these bytes; it is hardly ever taken. */
  readonly branchOffset: number;
}

const Opcode = { i32Const: 0x41, i32Load: 0x28, if: 0x04, call: 0x10, end: 0x0b } as const;
const emptyBlock = 0x40;
/** Aligned to 2² bytes, and the index of the memory follows. */
const alignmentWithMemory = 0x42;

export function makeCheck(indices: {
  readonly flagMemory: number;
  readonly yieldFunction: number;
}): Check {
  const writer = new WasmWriter();
  writer.u8(Opcode.i32Const);
  writer.u8(0);
  writer.u8(Opcode.i32Load);
  writer.u8(alignmentWithMemory);
  writer.u32(indices.flagMemory);
  writer.u8(0);
  const branchOffset = writer.lengthBytes;
  writer.u8(Opcode.if);
  writer.u8(emptyBlock);
  writer.u8(Opcode.call);
  writer.u32(indices.yieldFunction);
  writer.u8(Opcode.end);
  return { bytes: writer.peek(), branchOffset };
}
