/**
 * A process in traffic: the requests it serves, those it makes, and what it is to be told of them.
 *
 * Knows: one table of exchanges by their numbers, how each is answered, read, written and given
 * up, when a request may be taken, which events wait to be told. Nothing of any guest contract.
 * Must hold: a number is never used twice; an exchange is answered at most once, and given up if it
 * never was; a process holds no more of them than it may; nothing is asked of the outside before
 * the process wants it.
 * Never imports: the kernel, a personality, an adapter.
 * Start reading at `exchanges.ts`, then `incoming-exchange.ts` and `outgoing-exchange.ts`.
 */
export { type EventKind, eventKinds, Exchanges } from "./exchanges.ts";
export type { IncomingExchange } from "./incoming-exchange.ts";
export type { MessageLine } from "./message-line.ts";
