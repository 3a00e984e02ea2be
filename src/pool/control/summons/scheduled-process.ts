import type { ScheduleView } from "#pool/api/queued";
import type { Life } from "#pool/host";
import type { Summons } from "#pool/host/summons";
import type { Missed, MissedPolicy, Schedule, ScheduledRun, ScheduleState } from "#pool/schedule";
import { timeText } from "./time-text.ts";

/** A run that has begun. */
export interface Run extends ScheduledRun {
  readonly missed: Missed | undefined;
  readonly startedMs: number;
  /** Of its summons; another one when it is given again. */
  number: number;
}

export interface LastRun {
  readonly dueMs: number;
  /** `ok`, or for people what went wrong. */
  readonly end: string;
}

/** A process that runs at certain times: what is remembered of it, and what it does now. */
export class ScheduledProcess {
  readonly app: string;
  readonly process: string;
  readonly schedule: Schedule;
  /** As the manifest has it: the cron expression, or `every 5m`. */
  readonly times: string;
  policy: MissedPolicy;
  state: ScheduleState;
  /** Whether `state` is in the store. */
  isKept: boolean;
  last: LastRun | undefined;
  /** Where it runs, while it is up. */
  place: { readonly life: Life; readonly path: string } | undefined = undefined;
  run: Run | undefined = undefined;
  /** What `state` has underway was begun by somebody who is gone. */
  isInterrupted = true;
  nextAtMs: number | undefined = undefined;
  /** What was last missed, for people. */
  missed: string | undefined = undefined;

  constructor(
    whose: Pick<
      ScheduledProcess,
      "app" | "process" | "schedule" | "times" | "policy" | "state" | "isKept" | "last"
    >,
  ) {
    this.app = whose.app;
    this.process = whose.process;
    this.schedule = whose.schedule;
    this.times = whose.times;
    this.policy = whose.policy;
    this.state = whose.state;
    this.isKept = whose.isKept;
    this.last = whose.last;
  }

  get key(): string {
    return `${this.app}/${this.process}`;
  }

  /** It can run what is due: it is up, and runs nothing yet. */
  get mayPlan(): boolean {
    return this.place !== undefined && this.run === undefined;
  }

  /** When to plan again, unless something happens before. */
  get waitsUntilMs(): number {
    return this.mayPlan ? (this.nextAtMs ?? Infinity) : Infinity;
  }

  view(): ScheduleView {
    const { schedule, run, last, nextAtMs, missed } = this;
    return {
      text: schedule.text,
      isRunning: run !== undefined,
      ...(nextAtMs === undefined ? {} : { nextAt: timeText(nextAtMs) }),
      ...(last === undefined ? {} : { lastAt: timeText(last.dueMs), lastEnd: last.end }),
      ...(missed === undefined ? {} : { missed }),
    };
  }

  /** A run as a request. How long it may take is its process's affair. */
  summonsOf({ number, dueMs, why, missed }: Run): Summons {
    const fields = [
      "noos-event",
      "schedule",
      "noos-schedule",
      this.process,
      "noos-times",
      this.times,
      "noos-due",
      timeText(dueMs),
      "noos-why",
      why,
    ];
    const about = missed === undefined ? [] : ["content-type", "application/json"];
    return { number, fields: [...fields, ...about], body: bodyOf(missed), withinNs: Infinity };
  }
}

const encoder = new TextEncoder();

/** What was missed is told to who makes up for it. */
function bodyOf(missed: Missed | undefined): Uint8Array {
  if (missed === undefined) return new Uint8Array(0);
  const { count, isAtLeast, sinceMs } = missed;
  const text = JSON.stringify({ missed: { count, isAtLeast, since: timeText(sinceMs) } });
  return encoder.encode(text);
}

/** Which runs were missed and what is done about it, for people. */
export function missedText(
  { text }: Schedule,
  { count, isAtLeast, sinceMs, policy }: Missed,
): string {
  const runs = count === 1 ? "1 run" : `${isAtLeast ? "at least " : ""}${count} runs`;
  const deed = policy === "skip" ? "skipped" : "one run makes up for it";
  return `${runs} of ${text} missed since ${timeText(sinceMs)}: ${deed}`;
}
