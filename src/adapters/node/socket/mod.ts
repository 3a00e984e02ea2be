/**
 * Stream sockets of the machine as listeners, dialers and connections.
 *
 * Knows: TCP and Unix sockets of Node; not who was granted which address.
 * Must hold: what waits is bounded in both directions, and on a listener; a connection answers
 * in turns of its own and tells a failure once to each request after it.
 * Never imports: `node:net` before a socket is made: it takes 2 ms to load.
 * Start reading at `connection/connection.ts`.
 */
export type { SocketAddress } from "./address.ts";
export { bindAddress, bindNow, type BoundAddress, type BoundHandle } from "./bind.ts";
export { dialer } from "./dial.ts";
export { listen, type ListenAt, listenOn, type SocketListener } from "./listen.ts";
export { type Subnets, subnets } from "./subnets.ts";
