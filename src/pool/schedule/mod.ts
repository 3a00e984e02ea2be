/**
 * When something is due that is to happen again and again, and what becomes of times that were
 * missed, as pure plans.
 *
 * Knows: `every` and `cron`, what is remembered of a schedule between two looks at it, what a clock
 * does that steps. Whoever acts on a plan keeps its state durably first, runs what it says, and
 * says when that has ended: see `planRun`.
 * Must hold: no time is run twice, but after a crash in the middle of its run; one that was not run
 * is named. Time comes from the caller, zones from the port `Calendar`.
 * Never imports: anything but sys and the ports.
 * Start reading at `schedule.ts`, then `plan-run.ts`.
 */
export {
  type Missed,
  type MissedPolicy,
  planRun,
  type RunPlan,
  type ScheduledRun,
} from "./plan-run.ts";
export { parseSchedule, type Schedule, type ScheduleText } from "./schedule.ts";
export { beginState, type ScheduleState, settleRun } from "./state.ts";
