/**
 * Requests that go out over HTTP/1.1: to hosts outside, and to a program over its own listener.
 *
 * Knows: Node's client, names and addresses, what of the net is not public; not who was granted
 * what, nor which program serves.
 * Must hold: no byte goes to a host that was not granted, or to an address that is not public and
 * was not granted itself, whatever a name resolves to; connections and heads are bounded; what is
 * cancelled or late ends its connection.
 * Never imports: anything of pool or app.
 * Start reading at `outside.ts`; `serve-connection.ts` is the other end of an inlet.
 */
export { type OutletBounds, type OutsideOptions, OutsideOutlet } from "./outside.ts";
export type { HostGrant, ReachOptions, Refusal } from "./reach.ts";
export { type ConnectionServer, serveConnection } from "./serve-connection.ts";
