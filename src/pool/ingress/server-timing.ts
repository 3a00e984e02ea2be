import type { Fields } from "#core/host/traffic";
import type { Visit } from "./visit.ts";

const none: Fields = [];

/** What an answer that had to wait for an instance says of that; it took `runNs` to begin. */
export function timingOf({ summonedNs, givenNs }: Visit, runNs: number): Fields {
  if (summonedNs === undefined) return none;
  const summonMs = (givenNs - summonedNs) / 1e6;
  const runMs = runNs / 1e6;
  return ["server-timing", `summon;dur=${summonMs.toFixed(3)}, run;dur=${runMs.toFixed(3)}`];
}
