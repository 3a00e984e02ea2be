/**
 * What a daemon has of its machine, as a simulation: executors, and a seal.
 *
 * Knows: executors on virtual time whose processes go by a script, messages that take time and
 * keep their order, executors that are lost with messages under way or do not answer.
 * Must hold: nothing is told after an executor is gone; what is lost runs no further; the same
 * script and the same calls give the same run.
 * Never imports: Node.
 * Start reading at `executors.ts`.
 */
export { SimulatedExecutor } from "./executor.ts";
export { SimulatedAddresses } from "./addresses.ts";
export { SimulatedExecutors, type SimulatedExecutorsOptions } from "./executors.ts";
export type { ProcessScript, SimulatedProcess } from "./process.ts";
export { simulatedSeal } from "./seal.ts";
