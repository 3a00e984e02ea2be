import { extended, type Personality } from "#core/kernel";
import { noosHttp } from "#core/personality/noos-http";
import { noosProcess } from "#core/personality/noos-process";
import { wasiP1 } from "#core/personality/wasi-p1";

/**
 * What programs find here: WASI preview 1, what it takes to be a parent, and to serve requests.
 * Recordings tell calls by name; still, what is added goes to the end.
 */
export const personality: Personality = extended(extended(wasiP1, noosProcess), noosHttp);

/** The names of all calls by their numbers in a recording. */
export const callNames: readonly string[] = personality.calls;
