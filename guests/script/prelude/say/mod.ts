/**
 * What a program says: the console, values as text, errors with the lines of their sources.
 *
 * Knows: how values look, and the source map of the program. Must hold: saying never throws.
 * Never imports: messages, exchanges.
 */
export { console } from "./console.ts";
export { report, reportOf, tellSources } from "./trace.ts";
