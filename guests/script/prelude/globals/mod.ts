/**
 * What a program finds in `globalThis` beside ECMAScript.
 *
 * Knows: which object stands behind each name. Must hold: what `#prelude/supports` says of each is
 * true; where the engine has an object already, it is completed, not replaced.
 * Never imports: what serves.
 */
export { defineGlobals } from "./define.ts";
