/**
 * One request that came by a front: over HTTP/1.1 or a stream of HTTP/2, as an `IncomingRequest`.
 *
 * Knows: how an answer is sent by each protocol, what is said in a program's place, how long a
 * client may take and how much it may send; not how connections come and go.
 * Must hold: answered once; a response has exactly the body its head says, or whoever reads it is
 * told that it has not.
 * Never imports: what listens.
 * Start reading at `front-request.ts`, then `http1-request.ts`.
 */
export { type FrontBounds, frontBounds } from "./bounds.ts";
export { Http1Request, type Upgrade } from "./http1-request.ts";
export { Http2Request, refuseStream } from "./http2-request.ts";
export { endWith } from "./refusal.ts";
export type { Serving } from "./serving.ts";
