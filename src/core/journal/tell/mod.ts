/**
 * A journal in words: its entries, and what a process has in hand, a line each.
 *
 * Knows: how each kind of entry is told in few words, alone or with what came in.
 * Must hold: a line is for people, and no program reads it back; what a guest wrote or was sent is
 * quoted and shortened. (Whoever prints a line still makes it `printable`.)
 * Never imports: a personality, whose names of calls are handed in; Node.
 * Start reading at `describe-entry.ts`.
 */
export { callText, describeEntry, questionText, requestLine, tellEntry } from "./describe-entry.ts";
export { inHand } from "./in-hand.ts";
