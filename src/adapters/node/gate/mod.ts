/**
 * Who may connect: as many as there may be of all clients, and of each.
 *
 * Knows: connections by the address they come from; not what is spoken over them.
 * Must hold: what is not admitted is not counted, and each that is leaves once; an idle connection
 * costs next to nothing here.
 * Never imports: a parser; anything of pool or app.
 */
export { Gate, type GateBounds, gateBounds, type Link } from "./gate.ts";
