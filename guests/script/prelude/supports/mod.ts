/**
 * What programs find of the web: one table, from which the manual's is made, and which tests hold
 * against the runtime.
 *
 * Knows: each member of the Minimum Common Web API, and how far it is there. Never imports:
 * anything.
 */
export { supportTable, supports } from "./supports.ts";
