/**
 * A connected socket, as a connection of a process.
 *
 * Knows: a stream socket of Node; not where it came from.
 * Must hold: what waits is bounded in both directions; it answers in turns of its own, and tells a
 * failure once to each request after it. A folder of its own, for who embeds noos compiles the
 * declarations of `adapters/node/socket`, and has those of Node perhaps not.
 * Never imports: what listens or dials.
 * Start reading at `connection.ts`.
 */
export { SocketConnection } from "./connection.ts";
