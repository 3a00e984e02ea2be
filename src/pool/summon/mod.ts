/**
 * Messages and runs where they are done: as requests to an endpoint, and how many of them there is
 * room for; and messages that processes send.
 *
 * Knows: what a summons looks like to an instance and what its answer means, how many instances a
 * backlog wants, how a request to a queue is read and answered. Nothing of queues themselves.
 * Must hold: each summons ends once; what no instance had is told as such; what is held of bodies
 * is bounded; nothing is ever told but changes.
 * Never imports: control, an adapter.
 * Start reading at `summoned-request.ts`, then `workload.ts` and `post-office.ts`.
 */
export { type Call, PostOffice } from "./post-office.ts";
export { SummonedRequest } from "./summoned-request.ts";
export { Workload, type WorkloadView } from "./workload.ts";
