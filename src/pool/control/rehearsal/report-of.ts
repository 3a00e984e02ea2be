import { PlatformError } from "#core/sys";
import type { Rehearsed } from "#pool/control/executors";
import type { RehearsalReport } from "#pool/renewal";
import { cutRehearsal } from "./refusals.ts";

/** What is told of a rehearsal. Throws what its executor refused it with, `REHEARSAL_CUT`. */
export function reportOf(path: string, answer: Rehearsed | undefined): RehearsalReport {
  if (answer === undefined) throw cutRehearsal(path);
  if (answer.kind === "rehearsed") return answer.report;
  const { code, why, hint } = answer.reason;
  throw new PlatformError(`cannot rehearse "${path}": ${why}`, { code, hint });
}
