import type { Fields } from "#core/host/traffic";
import type { Visit } from "./visit.ts";

export const noFields: Fields = [];

/** What an answer that had to wait for an instance says of that; it begins now. */
export function timingOf({ summonedNs, givenNs }: Visit, nowNs: number): Fields {
  if (summonedNs === undefined) return noFields;
  const summonMs = (givenNs - summonedNs) / 1e6;
  const runMs = (nowNs - givenNs) / 1e6;
  return ["server-timing", `summon;dur=${summonMs.toFixed(3)}, run;dur=${runMs.toFixed(3)}`];
}
