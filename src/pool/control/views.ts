import type { ChildView } from "#core/supervise";
import type { PlanView, ProcessView, SpecSignals, StatusView } from "#pool/api";
import { noUsage, type Life, type ProcessUsage } from "#pool/host";
import { formatPlan, type Plan } from "#pool/manifest/plan";
import type { App } from "./app.ts";
import { addUsage } from "./tally.ts";

/** What is known of processes beside their trees. */
export interface Measured {
  readonly nowNs: number;
  readonly usage: ReadonlyMap<Life, ProcessUsage>;
  readonly slotOf: (life: Life) => number | undefined;
}

const states = { up: "running" } as const;

export function processViews(app: App, measured: Measured): readonly ProcessView[] {
  return [...app.children()].map((child) => viewOf(app, child, measured));
}

function viewOf(app: App, child: ChildView, { nowNs, usage, slotOf }: Measured): ProcessView {
  const { path, spec, restartNs, waitsFor } = child;
  const live = app.live.get(child.epoch);
  const history = app.historyOf(path);
  const used = live === undefined ? undefined : usage.get(live.life);
  const executor = live === undefined ? undefined : slotOf(live.life);
  const ageNs = live === undefined ? restartNs && restartNs - nowNs : nowNs - live.startedNs;
  return {
    path,
    kind: spec.kind,
    ...("process" in spec ? { spec: spec.process as string } : {}),
    state: child.state === "up" ? states.up : child.state,
    restarts: Math.max(0, (history?.starts ?? 0) - 1),
    ...(ageNs === undefined ? {} : { ageNs }),
    ...(used === undefined ? {} : { usage: used }),
    ...(executor === undefined ? {} : { executor }),
    ...(history?.lastEnd === undefined ? {} : { lastEnd: history.lastEnd }),
    ...(history?.lastEndHint === undefined ? {} : { lastEndHint: history.lastEndHint }),
    ...(history?.hasFailed === true ? { hasFailed: true } : {}),
    ...(waitsFor === undefined ? {} : { waitsFor }),
  };
}

export function specSignals(app: App, { usage }: Pick<Measured, "usage">): readonly SpecSignals[] {
  const sums = new Map<string, { running: number; usage: ProcessUsage }>();
  for (const { life, spec } of app.live.values()) {
    const sum = sums.getOrInsertComputed(spec.process, () => ({ running: 0, usage: noUsage }));
    sum.running += 1;
    sum.usage = addUsage(sum.usage, usage.get(life) ?? noUsage);
  }
  const names = new Set([...sums.keys(), ...app.tallies.keys()]);
  return [...names].map((spec) => {
    const tally = app.tally(spec);
    const { running, usage: used } = sums.get(spec) ?? { running: 0, usage: noUsage };
    return {
      app: app.name,
      spec,
      running,
      restarts: tally.restarts,
      usage: addUsage(used, tally.used),
      ends: tally.ends,
      histograms: tally.histograms,
    };
  });
}

/** What a deploy would change, for whoever asks. */
export function planView(plan: Plan): PlanView {
  const { app, isEmpty, counts } = plan;
  return { app, isEmpty, text: formatPlan(plan), counts };
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
  return { name, revision, state, wanted: processes - stopped, running: up, waiting, failed };
}
