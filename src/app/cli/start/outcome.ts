import { statusOfExit, exitStatus } from "#app/cli/command";
import type { Usage } from "#core/kernel";
import type { ExitReason } from "#core/sys";
import type { Phase } from "./phases.ts";

/** How a run went, as plain data. */
export interface Outcome {
  /** The program's name, as the file has it. */
  readonly program: string;
  readonly reason: ExitReason;
  /** What is not known of a program that was ended from outside its thread is left out. */
  readonly usage: Partial<Usage>;
  readonly phases: readonly Phase[];
  readonly recording: RecordingOutcome | undefined;
  /** Whether all that it wrote has found its reader. */
  readonly isDelivered: boolean;
  /** Why some of stdout could not be written, if so: the name of the error. */
  readonly outputFailed?: string;
}

/** What became of a recording that was asked for. */
export interface RecordingOutcome {
  readonly file: string;
  /** How many calls it holds, where that is known. */
  readonly calls?: number;
  /** Why it had to stop before the run did, if it had to. */
  readonly failed?: string;
}

/** The exit status that says how a run went: the program's own unless something was wrong. */
export function statusOf(outcome: Outcome): number {
  if (outcome.recording?.failed !== undefined) return exitStatus.incomplete;
  const status = statusOfExit(outcome.reason);
  const isWhole = outcome.outputFailed === undefined && outcome.isDelivered;
  // A program that was told of the error says so itself, with a status of its own.
  return status === 0 && !isWhole ? exitStatus.incomplete : status;
}
