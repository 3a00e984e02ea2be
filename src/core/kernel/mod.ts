/**
 * The kernel: which processes exist, which of them runs, what they hold, and how they end.
 *
 * Knows: the process table, time slices, descriptors, waiting and waking, limits, accounting, and
 * how a table of calls becomes imports. Nothing of any guest contract.
 * Must hold: one guest runs at a time on this thread; an ended process runs no further
 * instruction, has no entry, and everything it held is closed; the first reason for an end counts.
 * Never imports: a personality, a concrete file system, the journal.
 * Start reading at `kernel.ts`, then `process.ts` and `scheduler/`.
 */
export {
  bindCalls,
  type CallRow,
  type CallTable,
  extended,
  type Extension,
  full,
  partial,
} from "./calls.ts";
export { Descriptor, type OpenObject, type Rights } from "./descriptor.ts";
export { DescriptorTable, type Fd } from "./descriptor-table.ts";
export { Kernel, type ProcessSpec } from "./kernel.ts";
export type { Launch } from "./launch.ts";
export type { Boundary, CallMade, CallObserver } from "./observer.ts";
export type { Caller, Course, Duty, Personality } from "./personality.ts";
export { Process } from "./process.ts";
export type { Beginning, ExitRecord, Started } from "./started.ts";
export type { Usage } from "./usage.ts";
export { type CallAnswer, notYet, type Wait } from "./wait.ts";
