import { Cron } from "croner";
import { PlatformError } from "#core/sys";
import type { Calendar } from "#pool/host";

/** Every calendar of 400 years has begun by then: what comes at all comes after it. */
const longAgo = new Date("2000-01-01T00:00:00Z");

/** Reads cron expressions; see the port. */
export const calendar: Calendar = {
  cron(expression, zone) {
    refuseUnknownZone(expression, zone);
    // Nicknames and more than five fields are the library's own.
    if (!/^\s*(?:[^\s@]+\s+){4}[^\s@]+\s*$/.test(expression)) {
      throw invalid(expression, "it has other than five fields");
    }
    const cron = parse(expression, zone);
    if (cron.nextRun(longAgo) === null) throw invalid(expression, "no day is ever so");
    return { after: (atMs) => cron.nextRun(new Date(atMs))?.getTime() };
  },
};

function parse(expression: string, zone: string): Cron {
  try {
    return new Cron(expression, {
      mode: "5-part",
      timezone: zone,
      fixedTimeRule: "no-wildcard",
      paused: true,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(expression, reason.replace(/^CronPattern: /, "").replace(/\.$/, ""), error);
  }
}

function refuseUnknownZone(expression: string, zone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
  } catch (error) {
    throw invalid(expression, `there is no time zone "${zone}"`, error);
  }
}

function invalid(expression: string, why: string, cause?: unknown): PlatformError {
  return new PlatformError(`cannot read the schedule "${expression}": ${why}`, {
    code: "SCHEDULE_INVALID",
    hint: "write minute, hour, day, month, weekday, and a zone such as Europe/Berlin",
    cause,
  });
}
