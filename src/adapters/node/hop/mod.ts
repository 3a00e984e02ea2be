/**
 * Requests handed from one executor of a machine to another, over a Unix socket.
 *
 * Knows: how a request, its answer and a WebSocket become frames, many at a time over one
 * connection; not which executor has what a request is for.
 * Must hold: a request has the same outcome as without the hop; of a body no more is under way than
 * the reader made room for; what is under way when an executor goes is told, and what nobody had
 * begun with comes back.
 * Never imports: a parser of HTTP; anything of pool or app.
 * Start reading at `frames.ts`, then `passage.ts` and `arrived-request.ts`, which are the two ends.
 */
export { HopFront, type HopFrontOptions } from "./hop-front.ts";
export { type HopLoss, Hops, type HopTarget } from "./hops.ts";
