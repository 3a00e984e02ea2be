/**
 * What answers requests for an endpoint: processes of programs of every kind.
 *
 * Knows: how a handler, a server and a command take a request, and what a process of theirs is
 * given; what all processes of an executor have alike: grants that are opened, ends that are told.
 * Must hold: each request that is taken is answered or abandoned, however its process ends; what
 * was opened for a process that did not start is closed.
 * Never imports: what decides how many there are.
 * Start reading at `contract.ts`, then `process-run.ts`.
 */
export { makerFor } from "./contract.ts";
export { endedBy, refusalBy, usageToTell } from "./ends.ts";
export type { Instance, InstanceMaker } from "./instance.ts";
export {
  closeDirectories,
  type Grants,
  openDirectories,
  openGrants,
  opensLater,
} from "./open-grants.ts";
export { type InstanceBuild, type InstancePorts, runAhead } from "./process-run.ts";
