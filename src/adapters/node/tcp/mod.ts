/**
 * Raw connections that come in over TCP, as requests: tunnels, of which nothing is read here.
 *
 * Knows: how a connection is accepted, bounded in number, and carried both ways with either side's
 * end; not which process it is for, nor what is spoken over it.
 * Must hold: what waits in either direction is bounded, and no byte is read before somebody wants
 * it; each side's end reaches the other; who is refused is reset, for an end would look like an
 * answer.
 * Never imports: anything of pool or app.
 * Start reading at `tcp-front.ts`.
 */
export { TcpFront, type TcpFrontOptions } from "./tcp-front.ts";
