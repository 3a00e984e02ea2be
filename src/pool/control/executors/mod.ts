/**
 * The executors of a machine: which runs what, and what follows when one is lost.
 *
 * Knows: where a process is put, what an executor may reach, how it is replaced and at what pace,
 * what is on its way to it. Nothing of apps or trees.
 * Must hold: a life is on one executor or on none; what an executor says that is gone has no
 * effect; orders of one step go out together and in order; nobody is waited for without an end.
 * Never imports: adapters, what is wanted.
 * Start reading at `executors.ts`, then `reach.ts`.
 */
export { Executors, type ExecutorsPorts } from "./executors.ts";
export {
  describeServed,
  type ExecutorsListener,
  type FamilyEvent,
  type ServingEvent,
  type SummonsEvent,
} from "./listener.ts";
export type { Output, Rehearsed } from "./questions.ts";
export { TcpDoors } from "./tcp-doors.ts";
export { joinReach, reachOf } from "./reach.ts";
