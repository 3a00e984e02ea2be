import type { ScheduleView } from "#pool/api/queued";
import type { Timer, Turns } from "#core/host";
import { PlatformError } from "#core/sys";
import type { EventView } from "#pool/api";
import type { Calendar, Life, Store } from "#pool/host";
import type { Summons, SummonsEnd, SummonsOutcome } from "#pool/host/summons";
import type { Manifest, ProcessSpec } from "#pool/manifest";
import { parseSchedule, planRun, type RunPlan, settleRun } from "#pool/schedule";
import { keepSchedule, readSchedule, scheduleKeys } from "./kept-schedule.ts";
import { timeText } from "./time-text.ts";
import { missedText, type Run, ScheduledProcess } from "./scheduled-process.ts";

/** A time that is further away is looked for again: the clock may be set meanwhile. */
const lookEveryNs = 30e9;
/** After a failure of the disk, or a run that no instance took. */
const retryNs = 1e9;

export interface SchedulesPorts {
  readonly calendar: Calendar;
  readonly store: Store;
  readonly turns: Turns;
  /** The time of day, in milliseconds since 1970. */
  readonly wallMs: () => number;
  nextNumber(): number;
  step(happen: () => void): void;
  summon(life: Life, summons: readonly Summons[]): void;
  happened(event: Omit<EventView, "position" | "at">): void;
}

/** The schedules of all apps. */
export class Schedules {
  readonly #ports: SchedulesPorts;
  readonly #all = new Map<string, ScheduledProcess>();
  readonly #byLife = new Map<Life, ScheduledProcess>();
  #looking: Timer | undefined = undefined;
  #isClosed = false;

  constructor(ports: SchedulesPorts) {
    this.#ports = ports;
  }

  /** What of an app runs at certain times from now on. What it kept of others is forgotten. */
  become(app: string, processes: Manifest["processes"]): void {
    const wanted = new Map(processes.map(({ name, schedule }) => [name, schedule]));
    for (const one of this.#all.values()) {
      if (one.app === app && wanted.get(one.process) === undefined) this.#forget(one);
    }
    for (const [process, schedule] of wanted) {
      if (schedule !== undefined) this.#add(app, process, schedule);
    }
    this.#look();
  }

  up(app: string, process: string, whose: { readonly life: Life; readonly path: string }): void {
    const one = this.#all.get(`${app}/${process}`);
    if (one === undefined) return;
    one.place = whose;
    this.#byLife.set(whose.life, one);
    this.#look();
  }

  gone(life: Life): void {
    const one = this.#byLife.get(life);
    this.#byLife.delete(life);
    if (one?.place?.life !== life) return;
    one.place = undefined;
    // Whether it ended is open: the next plan says what becomes of it.
    if (one.run !== undefined) one.isInterrupted = true;
    one.run = undefined;
  }

  ended(life: Life, ends: readonly SummonsEnd[]): void {
    const one = this.#byLife.get(life);
    for (const { number, outcome } of ends) {
      if (one?.run?.number === number) this.#ended(one, outcome);
    }
  }

  viewOf(app: string, process: string): ScheduleView | undefined {
    return this.#all.get(`${app}/${process}`)?.view();
  }

  views(): readonly (ScheduleView & { readonly app: string; readonly process: string })[] {
    return [...this.#all.values()]
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .map((one) => ({ app: one.app, process: one.process, ...one.view() }));
  }

  close(): void {
    this.#isClosed = true;
    this.#looking?.cancel();
  }

  #add(app: string, process: string, text: NonNullable<ProcessSpec["schedule"]>): void {
    const { calendar, store, wallMs } = this.#ports;
    const before = this.#all.get(`${app}/${process}`);
    const schedule = parseSchedule(text, calendar);
    if (before?.schedule.text === schedule.text) {
      before.policy = text.missed;
      return;
    }
    const kept = readSchedule(store, { app, process, text: schedule.text, nowMs: wallMs() });
    const times = text.cron ?? `every ${text.every}`;
    const { missed: policy } = text;
    const one = new ScheduledProcess({ app, process, schedule, times, policy, ...kept });
    one.place = before?.place;
    if (one.place !== undefined) this.#byLife.set(one.place.life, one);
    this.#all.set(one.key, one);
  }

  #forget(one: ScheduledProcess): void {
    this.#all.delete(one.key);
    this.#attempt(one, () => {
      this.#ports.store.write([{ key: scheduleKeys.of(one), value: undefined }]);
    });
  }

  /** Runs what is due, and looks again when the next is. */
  #look(): void {
    if (this.#isClosed) return;
    this.#looking?.cancel();
    const nowMs = this.#ports.wallMs();
    for (const one of this.#all.values()) if (one.mayPlan) this.#plan(one, nowMs);
    const nextMs = Math.min(...this.#all.values().map(({ waitsUntilMs }) => waitsUntilMs));
    if (this.#all.size === 0) return;
    const waitNs = Math.min(lookEveryNs, Math.max(1e6, (nextMs - nowMs) * 1e6));
    this.#looking = this.#ports.turns.after(waitNs, () => this.#ports.step(() => this.#look()));
  }

  #plan(one: ScheduledProcess, nowMs: number): void {
    const { schedule, state, policy, isInterrupted } = one;
    const plan = planRun(schedule, state, { nowMs, policy, isRestart: isInterrupted });
    one.nextAtMs = plan.nextAtMs;
    const isKept = this.#keep(one, plan.state);
    if (!isKept) {
      one.nextAtMs = nowMs + retryNs / 1e6;
      return;
    }
    one.isInterrupted = false;
    this.#tellPlan(one, plan);
    if (plan.run === undefined) return;
    one.run = { ...plan.run, missed: plan.missed, number: 0, startedMs: nowMs };
    this.#summon(one, one.run);
  }

  /** Keeps what is remembered, unless nothing is new. */
  #keep(one: ScheduledProcess, state: ScheduledProcess["state"]): boolean {
    const isSame = JSON.stringify(state) === JSON.stringify(one.state);
    if (isSame && one.isKept) return true;
    return this.#attempt(one, () => {
      keepSchedule(this.#ports.store, one, state);
      one.state = state;
      one.isKept = true;
    });
  }

  #tellPlan(one: ScheduledProcess, { missed, clockWentBackMs }: RunPlan): void {
    const { app } = one;
    const path = one.place?.path ?? one.key;
    if (clockWentBackMs !== undefined) {
      const text = `the clock went back by ${Math.round(clockWentBackMs / 1000)} s: it begins anew`;
      this.#ports.happened({ kind: "clock-stepped", app, path, text, isFailure: true });
    }
    if (missed === undefined) return;
    one.missed = missedText(one.schedule, missed);
    this.#ports.happened({ kind: "run-missed", app, path, text: one.missed, isFailure: true });
  }

  #summon(one: ScheduledProcess, run: Run): void {
    if (one.place === undefined) return;
    run.number = this.#ports.nextNumber();
    const { life } = one.place;
    this.#ports.step(() => this.#ports.summon(life, [one.summonsOf(run)]));
  }

  #ended(one: ScheduledProcess, outcome: SummonsOutcome): void {
    const { run } = one;
    if (run === undefined) return;
    if (outcome.kind === "untouched") return this.#summonLater(one, run);
    const isDone = outcome.kind === "answered" && Math.floor(outcome.status / 100) === 2;
    const end = outcome.kind === "answered" ? `status ${outcome.status}` : outcome.why;
    one.last = { dueMs: run.dueMs, end: isDone ? "ok" : end };
    one.run = undefined;
    if (!this.#keep(one, settleRun(one.state))) one.isInterrupted = true;
    const { app } = one;
    if (!isDone) {
      const text = `the run of ${timeText(run.dueMs)}: ${end}`;
      const path = one.place?.path ?? one.key;
      this.#ports.happened({ kind: "run-failed", app, path, text, isFailure: true });
    }
    this.#look();
  }

  /** No instance took it, and it is still to be run. */
  #summonLater(one: ScheduledProcess, run: Run): void {
    this.#ports.turns.after(retryNs, () => {
      if (one.run === run && !this.#isClosed) this.#summon(one, run);
    });
  }

  /** Answers whether it was done; a disk that is full is no reason to end. */
  #attempt({ app, key }: ScheduledProcess, work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      const text = `its schedule cannot be kept: ${error.message}`;
      this.#ports.happened({ kind: "run-failed", app, path: key, text, isFailure: true });
      return false;
    }
  }
}
