/**
 * WASI preview 1: the contract that C, Rust, Go, Python and AssemblyScript programs are built for.
 *
 * Knows: the 46 functions, their structures in the guest's memory, the numbers of errors, rights
 * and flags (`abi.ts`, `numbers.ts`). A translator takes arguments apart, asks the kernel, a
 * stream or a file system, and writes the answer.
 * Must hold: no rule of its own: what a path, a stream or a limit may do is decided below. Every
 * address is checked; an address outside the memory answers EFAULT.
 * Never imports: another personality, the journal, anything of the host but its ports' types.
 * Start reading at `calls.ts`.
 */
export { calls as wasiP1Calls, moduleNames as wasiP1Modules } from "./calls.ts";
export { answerName as wasiP1AnswerName } from "#core/personality/wasi-p1/abi";
export { rightsOfKind } from "#core/personality/wasi-p1/files";
export { wasiP1 } from "./wasi-p1.ts";
