import { extended, type Personality } from "#core/kernel";
import { noosProcess } from "#core/personality/noos-process";
import { wasiP1 } from "#core/personality/wasi-p1";

/** What programs find here: WASI preview 1, and what it takes to be a parent. */
export const personality: Personality = extended(wasiP1, noosProcess);

/** The names of all calls by their numbers in a recording. */
export const callNames: readonly string[] = personality.calls;
