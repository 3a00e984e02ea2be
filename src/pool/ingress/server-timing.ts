import type { Fields } from "#core/host/traffic";
import type { Visit } from "./visit.ts";

export const noFields: Fields = [];

/**
 * What an answer that had to wait for an instance says of that, as `server-timing` has it: how long
 * it was in line, how long of its waiting the instance that took it was being started, and how long
 * until the answer began, which is now. In milliseconds; together, all of it.
 */
export function timingOf({ summonedNs, givenNs, startedForNs }: Visit, nowNs: number): Fields {
  if (summonedNs === undefined) return noFields;
  const phases = [phase("line", givenNs - summonedNs - startedForNs)];
  if (startedForNs > 0) phases.push(phase("start", startedForNs));
  phases.push(phase("run", nowNs - givenNs));
  return ["server-timing", phases.join(", ")];
}

function phase(name: string, ns: number): string {
  return `${name};dur=${(ns / 1e6).toFixed(3)}`;
}
