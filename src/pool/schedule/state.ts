/** What is remembered of a schedule, as plain data that is kept durably. All in ms since 1970. */
export interface ScheduleState {
  /** When it was first seen: what was due before does not concern it; `every` counts from here. */
  readonly sinceMs: number;
  /** What was due up to here is dealt with: run, or named as missed. */
  readonly settledMs: number;
  /** What was due then was begun, and is not known to have ended. */
  readonly underwayMs?: number;
}

/** That of a schedule which is new, or was changed. */
export function beginState(nowMs: number): ScheduleState {
  return { sinceMs: nowMs, settledMs: nowMs };
}

/** The run that was underway has ended, well or not. */
export function settleRun({ sinceMs, settledMs }: ScheduleState): ScheduleState {
  return { sinceMs, settledMs };
}
