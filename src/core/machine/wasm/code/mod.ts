/**
 * The instructions of WebAssembly: stepping over them, and what each does to control.
 *
 * Knows: every opcode V8 14.6 accepts without flags, one row each in `opcodes.ts`.
 * Must hold: a walk stays within its range and takes no memory per instruction; an opcode without
 * a row is refused with its number and offset. It checks structure, not types.
 * Never imports: anything but base and the pieces of the binary format.
 * Start reading at `instructions.ts`.
 */
export { type FunctionBody, readBodies } from "./bodies.ts";
export { type ConstantVisitor, skipConstantExpression } from "./constant-expression.ts";
export { Instructions } from "./instructions.ts";
export { type Flow, type Immediate, type OpcodeRow, opcodes } from "./opcodes.ts";
