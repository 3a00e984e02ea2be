import type { DueTimes, Schedule } from "./schedule.ts";
import { beginState, type ScheduleState, settleRun } from "./state.ts";

/** What becomes of times that nobody was there for: one run in place of all, or none. */
export type MissedPolicy = "run-once" | "skip";

/** A run that is to begin now. */
export interface ScheduledRun {
  readonly dueMs: number;
  /** On time; in place of missed ones; or once more, for a crash left open whether it ended. */
  readonly why: "due" | "missed" | "interrupted";
}

/** Times that came and were not run each by itself, or not known to have been run to the end. */
export interface Missed {
  readonly count: number;
  /** There may be more of them than were counted. */
  readonly isAtLeast: boolean;
  /** The first of them. */
  readonly sinceMs: number;
  /** What was done about them. */
  readonly policy: MissedPolicy;
}

export interface RunPlan {
  /** To be kept durably before the run begins. */
  readonly state: ScheduleState;
  readonly run: ScheduledRun | undefined;
  readonly missed: Missed | undefined;
  /** By how much the clock was wrong before, when it went back by more than an hour. */
  readonly clockWentBackMs: number | undefined;
  /** When to plan again. While something is underway, that is when it has ended, too. */
  readonly nextAtMs: number | undefined;
}

/** A run that begins no later than this after it was due is on time. */
const lateMsMax = 60_000;

/**
 * A clock that goes back by no more than this is set right by a little, and what was run is not run
 * again. By more, it was wrong: it counts as if the schedule were seen for the first time, or a
 * daemon that once believed it was the year 2100 would never run anything again.
 */
const clockBackMsMax = 3_600_000;

/**
 * What is to be run now. Whoever acts on it keeps `state`, then runs, then keeps `settleRun` of
 * it. `isRestart`: this is the first plan of a daemon, so that what is underway was interrupted.
 */
export function planRun(
  schedule: Schedule,
  before: ScheduleState,
  about: {
    readonly nowMs: number;
    readonly policy: MissedPolicy;
    readonly isRestart?: boolean;
  },
): RunPlan {
  const { nowMs, policy, isRestart = false } = about;
  const { state, clockWentBackMs } = judgeClock(schedule, before, nowMs);
  const { underwayMs } = state;
  if (underwayMs !== undefined && !isRestart) {
    return { state, run: undefined, missed: undefined, clockWentBackMs, nextAtMs: undefined };
  }
  const due = schedule.between(state.settledMs, nowMs, state.sinceMs);
  const open: Open = { due, interruptedMs: underwayMs, policy };
  const run = chooseRun(open, nowMs);
  const settledMs = due.count === 0 ? state.settledMs : due.lastMs;
  const settled: ScheduleState = { ...settleRun(state), settledMs };
  return {
    state: run === undefined ? settled : { ...settled, underwayMs: run.dueMs },
    run,
    missed: missedOf(open, run),
    clockWentBackMs,
    nextAtMs: schedule.after(Math.max(nowMs, settledMs), state.sinceMs),
  };
}

/** What nothing was decided about yet. */
interface Open {
  readonly due: DueTimes;
  readonly interruptedMs: number | undefined;
  readonly policy: MissedPolicy;
}

function chooseRun(open: Open, nowMs: number): ScheduledRun | undefined {
  const { due, interruptedMs, policy } = open;
  if (due.count > 0 && nowMs - due.lastMs <= lateMsMax) return { dueMs: due.lastMs, why: "due" };
  if (policy === "skip") return undefined;
  if (due.count > 0) return { dueMs: due.lastMs, why: "missed" };
  return interruptedMs === undefined ? undefined : { dueMs: interruptedMs, why: "interrupted" };
}

function missedOf(open: Open, run: ScheduledRun | undefined): Missed | undefined {
  const { due, interruptedMs, policy } = open;
  if (run?.why === "interrupted") return undefined;
  const interrupted = interruptedMs === undefined ? 0 : 1;
  // The run in place of missed ones is none of them: all of them were missed.
  const count = due.count + interrupted - (run?.why === "due" ? 1 : 0);
  if (count === 0) return undefined;
  return { count, isAtLeast: due.isAtLeast, sinceMs: interruptedMs ?? due.firstMs, policy };
}

function judgeClock(
  schedule: Schedule,
  state: ScheduleState,
  nowMs: number,
): { readonly state: ScheduleState; readonly clockWentBackMs: number | undefined } {
  const backMs = state.settledMs - nowMs;
  const isWrong = backMs > clockBackMsMax;
  const clockWentBackMs = isWrong ? backMs : undefined;
  // Time that passes goes on, whatever the clock says: the next time is one period away at most.
  const isAnew = isWrong || (backMs > 0 && !schedule.isByWall);
  return { state: isAnew ? { ...state, ...beginState(nowMs) } : state, clockWentBackMs };
}
