/**
 * The builds of one spec that serves: how traffic moves from one to the next, and back.
 *
 * Knows: when a new build may be called by everybody (it starts, and its probe is answered well),
 * which share of the calls it has until then, when it is found worse and the one before serves
 * again. Each build has an endpoint of its own (pool/ingress), so that nothing is mixed up: neither
 * who waits for what, nor what became of whose calls.
 * Must hold: at each moment there is a build that serves, as long as it is open; no call is lost or
 * refused by a change; what was decided is told once, with the reason.
 * Never imports: control, an adapter.
 * Start reading at `rollout.ts`, then `candidate.ts`.
 */
export { type Renewal, Rollout, type RolloutPorts } from "./rollout.ts";
