/**
 * WebSockets on connections whose client asked for one, framed by `ws`, as `MessageChannel`s.
 *
 * Knows: the handshake, frames, pings and closing codes (RFC 6455); not what the messages say.
 * Must hold: nobody is read further than one read beyond what a program received; whoever answers
 * no ping, or takes nothing, is given up; a message has a bound.
 * Never imports: a parser of HTTP; anything of pool or app.
 * Start reading at `web-sockets.ts`.
 */
export { goneChannel } from "./gone-channel.ts";
export type { WebSocketBounds } from "./socket-channel.ts";
export { isWebSocketUpgrade, webSocketProblem, WebSockets } from "./web-sockets.ts";
