import type { Store } from "#pool/host";
import { beginState, type ScheduleState } from "#pool/schedule";
import type { LastRun, ScheduledProcess } from "./scheduled-process.ts";

/** A schedule as it is kept: of another text nothing is remembered. */
interface KeptSchedule {
  readonly text: string;
  readonly state: ScheduleState;
  readonly last?: LastRun | undefined;
}

interface Owner {
  readonly app: string;
  readonly process: string;
}

/** Where they are in the store. */
export const scheduleKeys: { readonly of: (owner: Owner) => string } = {
  of: ({ app, process }) => `schedule/${app}/${process}`,
};

/** What is remembered of it, or of one that is new or changed, its beginning. */
export function readSchedule(
  store: Store,
  { text, nowMs, ...owner }: Owner & { readonly text: string; readonly nowMs: number },
): Pick<ScheduledProcess, "state" | "last" | "isKept"> {
  const entry = store.get(scheduleKeys.of(owner));
  const kept = entry === undefined ? undefined : (JSON.parse(entry.value) as KeptSchedule);
  if (kept?.text === text) return { state: kept.state, last: kept.last, isKept: true };
  return { state: beginState(nowMs), last: undefined, isKept: false };
}

/** Throws `STATE_NOT_WRITABLE`. */
export function keepSchedule(store: Store, one: ScheduledProcess, state: ScheduleState): void {
  const kept: KeptSchedule = { text: one.schedule.text, state, last: one.last };
  store.write([{ key: scheduleKeys.of(one), value: JSON.stringify(kept) }]);
}
