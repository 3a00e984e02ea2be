import type { ScheduleView } from "#pool/api/queued";
import type { ChildView } from "#core/supervise";
import type {
  PlanView,
  ProcessView,
  RenewalView,
  ServingView,
  SpecSignals,
  StatusView,
} from "#pool/api";
import type { DesiredApp } from "#pool/control/desired";
import { addUsage, type Life, type Measured, noUsage, type ProcessUsage } from "#pool/host";
import { formatPlan, type Plan } from "#pool/manifest/plan";
import { addTraffic, addUnlisted, type Traffic, type UnlistedCall } from "#pool/traffic";
import type { App } from "./app.ts";

/** What is known of processes beside their trees. */
export interface Around {
  readonly nowNs: number;
  readonly measured: ReadonlyMap<Life, Measured>;
  /** Where it is; of one that serves on several, all of them. */
  readonly slotsOf: (life: Life) => readonly number[];
  readonly scheduleOf: (app: string, process: string) => ScheduleView | undefined;
}

const states = { up: "running" } as const;

export function processViews(app: App, around: Around): readonly ProcessView[] {
  return [...app.children()].map((child) => viewOf(app, child, around));
}

function viewOf(app: App, child: ChildView, around: Around): ProcessView {
  const { nowNs, measured, slotsOf } = around;
  const { path, spec, restartNs, waitsFor } = child;
  const live = app.live.get(child.epoch);
  const history = app.historyOf(path);
  const { usage, traffic, unlisted } = (live && measured.get(live.life)) ?? {};
  const renewal = live && app.renewalOf(path, live.spec.process);
  const executors = live === undefined ? [] : slotsOf(live.life);
  const [executor] = executors;
  const ageNs = live === undefined ? restartNs && restartNs - nowNs : nowNs - live.startedNs;
  const process = "process" in spec ? (spec.process as string) : undefined;
  const schedule = process === undefined ? undefined : around.scheduleOf(app.name, process);
  return {
    path,
    kind: spec.kind,
    ...(process === undefined ? {} : { spec: process }),
    state: child.state === "up" ? states.up : child.state,
    restarts: Math.max(0, (history?.starts ?? 0) - 1),
    ...(ageNs === undefined ? {} : { ageNs }),
    ...(usage === undefined ? {} : { usage }),
    ...(traffic === undefined ? {} : { serving: servingView({ traffic, renewal, executors }) }),
    ...(unlisted === undefined ? {} : { unlisted }),
    ...(executor === undefined ? {} : { executor }),
    ...(history?.lastEnd === undefined ? {} : { lastEnd: history.lastEnd }),
    ...(history?.lastEndHint === undefined ? {} : { lastEndHint: history.lastEndHint }),
    ...(history?.hasFailed === true ? { hasFailed: true } : {}),
    ...(waitsFor === undefined ? {} : { waitsFor }),
    ...(schedule === undefined ? {} : { schedule }),
  };
}

function servingView({
  traffic,
  renewal,
  executors,
}: {
  readonly traffic: Traffic;
  readonly renewal: RenewalView | undefined;
  readonly executors: readonly number[];
}): ServingView {
  const { ready, starting, waiting, inFlight, arrived } = traffic;
  return {
    ready,
    starting,
    waiting,
    inFlight,
    requests: arrived,
    ...(executors.length > 1 ? { executors } : {}),
    ...(renewal === undefined ? {} : { renewal }),
  };
}

/** What the processes of one spec do that run. */
interface SpecSum {
  running: number;
  usage: ProcessUsage;
  traffic: Traffic | undefined;
  unlisted: readonly UnlistedCall[];
}

function sumOf(app: App, measured: Around["measured"]): ReadonlyMap<string, SpecSum> {
  const sums = new Map<string, SpecSum>();
  for (const { life, spec } of app.live.values()) {
    const sum = sums.getOrInsertComputed(spec.process, () => ({ ...nothing }));
    const { usage, traffic, unlisted } = measured.get(life) ?? { usage: noUsage };
    sum.running += 1;
    sum.usage = addUsage(sum.usage, usage);
    sum.traffic = addIfAny(sum.traffic, traffic);
    if (unlisted !== undefined) sum.unlisted = addUnlisted(sum.unlisted, unlisted);
  }
  return sums;
}

const nothing: SpecSum = { running: 0, usage: noUsage, traffic: undefined, unlisted: [] };

function addIfAny(a: Traffic | undefined, b: Traffic | undefined): Traffic | undefined {
  return a === undefined || b === undefined ? (a ?? b) : addTraffic(a, b);
}

export function specSignals(app: App, measured: Around["measured"]): readonly SpecSignals[] {
  const sums = sumOf(app, measured);
  const names = new Set([...sums.keys(), ...app.tallies.keys()]);
  return [...names].map((spec) => {
    const tally = app.tally(spec);
    const { running, usage, traffic: own, unlisted: live } = sums.get(spec) ?? nothing;
    const traffic = addIfAny(own, tally.traffic);
    // What is counted under its own name goes on to be.
    const unlisted = addUnlisted(tally.unlisted, live);
    return {
      app: app.name,
      spec,
      running,
      restarts: tally.restarts,
      usage: addUsage(usage, tally.used),
      ends: tally.ends,
      histograms: tally.histograms,
      ...(traffic === undefined ? {} : { traffic }),
      ...(unlisted.length === 0 ? {} : { unlisted }),
    };
  });
}

/** What a deploy would change, for whoever asks. */
export function planView(plan: Plan, before: DesiredApp | undefined, after: DesiredApp): PlanView {
  const { app, isEmpty, counts } = plan;
  const held = Object.entries(before?.holds ?? {}).map(([name, { why }]) => {
    const isHeld = after.holds?.[name] !== undefined;
    const what = isHeld ? "the build before goes on to serve" : "and is not held back any more";
    return `  ${name} was reverted, ${what}: ${why}\n`;
  });
  return { app, isEmpty, text: [formatPlan(plan), ...held].join(""), counts };
}

/** How an app stands as a whole. */
export function appStatus(app: App): StatusView["apps"][number] {
  const counts = { processes: 0, up: 0, waiting: 0, stopped: 0, failed: 0 };
  for (const { path, spec, state } of app.children()) {
    if (spec.kind !== "process") continue;
    counts.processes += 1;
    if (state === "up") counts.up += 1;
    else if (state === "waiting") counts.waiting += 1;
    else if (state === "held" || state === "done") counts.stopped += 1;
    if (state === "done" && app.historyOf(path)?.hasFailed === true) counts.failed += 1;
  }
  const { name, revision, state } = app;
  const { processes, up, waiting, stopped, failed } = counts;
  const reverted = Object.keys(app.desired.holds ?? {}).length;
  const all = { name, revision, state, wanted: processes - stopped, running: up, waiting, failed };
  return reverted === 0 ? all : { ...all, reverted };
}
