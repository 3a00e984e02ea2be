/**
 * Running WebAssembly: from bytes to an instance with memories of its own, and what it throws.
 *
 * Knows: how a program is validated, instrumented, kept and compiled; how an instance gets its
 * memories and imports; how a guest's memory is read; what a trap says. Nothing of processes.
 * Must hold: an instance can touch only what was handed in; every memory is within the limit; no
 * instruction of the guest runs before it is called.
 * Never imports: the kernel, a personality, a file system.
 * Start reading at `wanted-program.ts`, then `prepare.ts` and `instance.ts`.
 */
export { fault, GuestMemory } from "./guest-memory.ts";
export {
  checkImports,
  type Entry,
  type Instance,
  instantiate,
  type InstantiateOptions,
  type Provided,
} from "./instance.ts";
export { type InstanceState, restoredExport } from "#core/machine/state";
export { MemoryPool } from "./memory-pool.ts";
export { ObjectLedger } from "./object-ledger.ts";
export { makeProgram, prepare } from "./prepare.ts";
export type { PreparePhase } from "./prepare-phases.ts";
export { Program } from "./program.ts";
export {
  describeTrap,
  endOfGuest,
  type GuestNames,
  guestStack,
  isStackOverflow,
  type Trap,
} from "./trap.ts";
export { type PrepareHost, type PrepareOptions, WantedProgram } from "./wanted-program.ts";
