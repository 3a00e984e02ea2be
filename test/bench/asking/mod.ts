/**
 * A client of HTTP/1.1 that keeps many connections busy, for benches of what serves.
 *
 * Knows: how to send the same words again and again; nothing of what is measured.
 * Must hold: it takes as little as it can of the processor that it shares with what it asks.
 * Never imports: a bench.
 * Start reading at `ask.ts`.
 */
export { ask } from "./ask.ts";
