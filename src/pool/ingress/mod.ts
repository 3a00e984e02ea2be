/**
 * From a request to a process and back: the line that waits, instances that come and go.
 *
 * Knows: which instance takes a request, when instances start and end, and what is answered when
 * none can. Not how requests travel, nor what an instance is.
 * Must hold: each request is answered once, whatever happens to whoever had it; lines are bounded
 * in length and in time; an instance never has more than it asked for; nothing here waits for
 * anything but a tick.
 * Never imports: control, an adapter.
 * Start reading at `endpoint.ts`, then `instances.ts`, `visit.ts` and `seat.ts`.
 */
export { type Refusable, type Refusal, refuse } from "./refusal.ts";
export type { InstanceLink, Seat } from "./seat.ts";
export { Endpoint } from "./endpoint.ts";
export type { EndpointPorts, EndpointRoom } from "./endpoint-ports.ts";
export { Relief, type Relievable, type ReliefPorts } from "./relief.ts";
export type { StartInstance } from "./instances.ts";
export { WatchLoop, type WatchLoopPorts } from "./watch-loop.ts";
