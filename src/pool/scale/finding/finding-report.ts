import type { Controller } from "./finding.ts";
import type { KeptFinding } from "./finding-log.ts";
import { type Reason, reasons } from "./reasons.ts";

/** A finding as it is told outside, where the clock is another one. Plain data. */
export interface FindingReport {
  readonly by: Controller;
  /** In words, as "7 instances". */
  readonly decided: string;
  readonly reason: Reason;
  /** The same as a sentence. */
  readonly why: string;
  /** Numbers that it was decided by, the unit last in their names. */
  readonly saw: Readonly<Record<string, number>>;
  /** How long ago it was decided for the first time, and for the last. */
  readonly sinceNs: number;
  readonly ageNs: number;
  /** How often in between. */
  readonly times: number;
  /** The slot of the executor where it was decided, of what serves on several. */
  readonly executor?: number;
}

/** What is told of a finding at that time. */
export function reportOf({ finding, sinceNs, times }: KeptFinding, nowNs: number): FindingReport {
  const { by, decided, why, saw, atNs } = finding;
  return {
    by,
    decided,
    reason: why,
    why: reasons[why],
    // What divides by nothing yet is no number that could be told.
    saw: Object.fromEntries(Object.entries(saw).filter(([, value]) => Number.isFinite(value))),
    sinceNs: Math.max(0, nowNs - sinceNs),
    ageNs: Math.max(0, nowNs - atNs),
    times,
  };
}
