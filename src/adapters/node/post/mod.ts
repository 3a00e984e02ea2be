/**
 * Sending JSON to somebody else's HTTP server.
 *
 * Knows: Node's HTTP clients, and which answers mean "later".
 * Must hold: it answers in bounded time, whatever the receiver does, and never throws; nothing of
 * an answer's body is kept.
 * Never imports: what is sent.
 * Start reading at `post.ts`.
 */
export { postJson, type PostTarget } from "./post.ts";
