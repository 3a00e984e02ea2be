/**
 * A small assembler, with which tests make WebAssembly modules, sound or broken on purpose.
 *
 * Knows: how the binary format writes numbers, lists, sections and functions; and, for each
 * opcode, a small valid module that has it.
 * Must hold: it shares no code with the decoder it is used to test, so that they cannot agree on
 * the same mistake.
 * Never imports: anything. Only tests import it.
 * Start reading at `module.ts`.
 */
export { type Bytes, bytesOf, custom, list, name, s32, section, u32, wasm } from "./encode.ts";
export { assemble, exportOf, functionType, importOf, type ModuleParts, Type } from "./module.ts";
export { sampleOf } from "./opcode-sample.ts";
