import { PlatformError, quantityForms } from "#core/sys";
import type { Calendar } from "#pool/host";

/** A schedule as it is written: one of the two, with a zone for `cron`, UTC if left out. */
export interface ScheduleText {
  /** As `5m` or `1h30m`. */
  readonly every?: string | undefined;
  /** As `30 2 * * *`. */
  readonly cron?: string | undefined;
  /** As `Europe/Berlin`. */
  readonly zone?: string | undefined;
}

/** When something is due, in milliseconds since 1970. */
export interface Schedule {
  /** As people write it. */
  readonly text: string;
  /** It names times on a wall, and not a time that passes. */
  readonly isByWall: boolean;
  /** The first time after a moment; `every` counts from `sinceMs`. */
  after(atMs: number, sinceMs: number): number | undefined;
  /**
   * How many times there are after one moment and up to another, and the first and last of them.
   * It may stop counting, and then there are at least so many.
   */
  between(afterMs: number, untilMs: number, sinceMs: number): DueTimes;
}

/** Times that have come. */
export interface DueTimes {
  readonly count: number;
  readonly isAtLeast: boolean;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Shorter and longer times are a mistake. */
const everyMs = { min: 1000, max: 366 * 24 * 3600 * 1000 };

/** More times of a cron expression are not counted: each takes 50 µs to find. */
const countedMax = 1000;

const none: DueTimes = { count: 0, isAtLeast: false, firstMs: 0, lastMs: 0 };

/** Throws `SCHEDULE_INVALID`. */
export function parseSchedule(text: ScheduleText, calendar: Calendar): Schedule {
  const { every, cron, zone } = text;
  if (every !== undefined && cron === undefined && zone === undefined) return everySchedule(every);
  if (cron !== undefined && every === undefined) return cronSchedule(cron, zone ?? "UTC", calendar);
  throw invalid(
    "cannot read a schedule: it has not one of `every` and `cron`, or has a zone alone",
  );
}

function everySchedule(every: string): Schedule {
  const ns = quantityForms.ns.parse(every);
  const ms = ns === undefined ? NaN : ns / 1e6;
  if (!(ms >= everyMs.min && ms <= everyMs.max)) {
    throw invalid(`cannot read the schedule "every ${every}": it is no time from 1 s to 366 days`);
  }
  const after = (atMs: number, sinceMs: number): number =>
    sinceMs + (Math.floor((atMs - sinceMs) / ms) + 1) * ms;
  return {
    text: `every ${every}`,
    isByWall: false,
    after,
    between: (afterMs, untilMs, sinceMs) => {
      const firstMs = after(afterMs, sinceMs);
      const lastMs = after(untilMs, sinceMs) - ms;
      if (lastMs < firstMs) return none;
      const count = Math.round((lastMs - firstMs) / ms) + 1;
      return { count, isAtLeast: false, firstMs, lastMs };
    },
  };
}

function cronSchedule(expression: string, zone: string, calendar: Calendar): Schedule {
  const times = calendar.cron(expression, zone);
  return {
    text: `cron ${expression} (${zone})`,
    isByWall: true,
    after: (atMs) => times.after(atMs),
    between: (afterMs, untilMs) => {
      const isDue = (ms: number | undefined): ms is number => ms !== undefined && ms <= untilMs;
      const firstMs = times.after(afterMs);
      if (!isDue(firstMs)) return none;
      let lastMs = firstMs;
      for (let count = 1; count < countedMax; count++) {
        const nextMs = times.after(lastMs);
        if (!isDue(nextMs)) return { count, isAtLeast: false, firstMs, lastMs };
        lastMs = nextMs;
      }
      lastMs = lastOf(times, untilMs, lastMs);
      return { count: countedMax, isAtLeast: true, firstMs, lastMs };
    },
  };
}

/** The last time up to a moment, found by halving what is left between it and an earlier one. */
function lastOf(
  times: { after(atMs: number): number | undefined },
  untilMs: number,
  earlierMs: number,
): number {
  let low = earlierMs;
  let high = untilMs;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const foundMs = times.after(middle);
    if (foundMs !== undefined && foundMs <= untilMs) low = foundMs;
    else high = middle;
  }
  return low;
}

function invalid(message: string): PlatformError {
  return new PlatformError(message, {
    code: "SCHEDULE_INVALID",
    hint: 'write `every: 5m`, or `cron: "30 2 * * *"` with a `zone` such as Europe/Berlin',
  });
}
