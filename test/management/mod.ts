/**
 * A daemon that does nothing: `Management` as a test scripts it, served for real.
 *
 * Knows: the ports of `#app/api`, temporary folders, sockets.
 * Must hold: what it answers is what the test gave it; what it was asked is kept in order.
 * Never imports: what really does the work.
 * Start reading at `scripted-management.ts`.
 */
export { ask, openRaw, parseRaw, type RawAnswer, readRaw, sendRaw } from "./raw.ts";
export { ScriptedManagement } from "./scripted-management.ts";
export { type Served, serveScripted } from "./serving.ts";
