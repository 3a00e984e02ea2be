/**
 * Code that is added to a module: the check itself, functions that do work on long ranges piece by
 * piece, and functions that count the objects a program makes.
 *
 * Knows: which instructions work on ranges and which make objects, what their operands are, and
 * how to write functions that take their place.
 * Must hold: such a function traps where the instruction traps, before it has written anything,
 * and else does what the instruction does.
 * Never imports: anything but the binary format.
 * Start reading at `added-code.ts`; `range-operation.ts` has the instructions, one row each.
 */
export { AddedCode, type AddedIndices } from "./added-code.ts";
export { type Check, makeCheck } from "./check.ts";
export { bytesPerPiece, elementsPerPiece } from "./range-operation.ts";
export { ObjectSizes } from "./object-sizes.ts";
