/**
 * Requests from sockets: HTTP/1.1, HTTP/2, WebSockets, with and without TLS, as `IncomingRequest`s.
 *
 * Knows: Node's parsers and `ws`, how connections come and go; not which program a request is for.
 * Must hold: what is not well formed never becomes a request; everything a client can make us keep
 * has a bound, and its name in `request/bounds.ts`; a response has exactly the body its head says,
 * or its connection is reset.
 * Never imports: anything of pool or app.
 * Start reading at `front.ts`, then `http1.ts`.
 */
export type { FrontBounds } from "#adapters/node/http/request";
export { type FrontOptions, HttpFront, type SecureContexts } from "./front.ts";
export { StreamFront } from "./stream-front.ts";
