import type { Fields } from "#core/host/traffic";
import type { Visit } from "./visit.ts";

export const noFields: Fields = [];

/**
 * How long a request was in line, how long of its waiting the instance that took it was being
 * started, and how long until its answer began; together, all of it.
 */
interface ColdPhases {
  readonly lineNs: number;
  readonly startNs: number;
  readonly runNs: number;
}

/** Of one that had to wait for an instance, and is answered now. */
export function phasesOf(
  { summonedNs, givenNs, startedForNs }: Visit,
  nowNs: number,
): ColdPhases | undefined {
  if (summonedNs === undefined) return undefined;
  const lineNs = givenNs - summonedNs - startedForNs;
  return { lineNs, startNs: startedForNs, runNs: nowNs - givenNs };
}

/** What its answer says of that, as `server-timing` has it, in milliseconds. */
export function timingOf({ lineNs, startNs, runNs }: ColdPhases): Fields {
  const phases = [phase("line", lineNs)];
  if (startNs > 0) phases.push(phase("start", startNs));
  phases.push(phase("run", runNs));
  return ["server-timing", phases.join(", ")];
}

function phase(name: string, ns: number): string {
  return `${name};dur=${(ns / 1e6).toFixed(3)}`;
}
