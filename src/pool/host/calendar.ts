/** The times that a cron expression names, by the clock on the wall of a zone. */
export interface CronTimes {
  /**
   * The first of them after a moment, both in milliseconds since 1970; `undefined` when there is
   * none in the years to come.
   */
  after(atMs: number): number | undefined;
}

/** Knows zones and their rules, which governments change and each release of Node may bring. */
export interface Calendar {
  /**
   * Five fields: minute, hour, day, month, day of the week; where both days are named, either will
   * do. Throws `SCHEDULE_INVALID` for an expression it cannot read or that names no time at all,
   * and for a zone it does not know.
   *
   * Where clocks go forward, what is named within the hour that is left out comes when it is over.
   * Where they go back, a time that is named without `*` or a step in minute and hour comes the
   * first time only; any other one comes both times.
   */
  cron(expression: string, zone: string): CronTimes;
}
