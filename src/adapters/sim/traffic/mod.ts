/**
 * Traffic as a simulation: requests that a test sends to a process, and upstreams that answer it.
 *
 * Knows: an inlet a test feeds, requests that keep how they were answered, WebSockets whose far end
 * is the test's, an outlet to names that answer as they are told.
 * Must hold: as all that is simulated, every answer comes in an event of its own; a contract that
 * the kernel breaks (a second answer, a second ask) fails an assertion.
 * Never imports: Node, the kernel.
 * Start reading at `inlet.ts`, then `request.ts`.
 */
export { SimulatedInlet } from "./inlet.ts";
export { SimulatedOutlet, type SimulatedReply } from "./outlet.ts";
export type { SimulatedRequest, SimulatedRequestOptions } from "./request.ts";
