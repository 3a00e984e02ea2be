/**
 * Copies of values, as the HTML standard makes them: `structuredClone`.
 *
 * Knows: which objects can be copied, and how each is. Must hold: a copy shares nothing with what
 * it was made of; what cannot be copied is a DataCloneError, and nothing has been moved then.
 * Never imports: what serves. Start reading at `clone.ts`.
 */
export { refuseToClone, structuredClone } from "./clone.ts";
