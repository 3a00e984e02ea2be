import { printable } from "#core/base";
import { formatBytes } from "#core/sys";
import type { ProcessView, StatusView } from "#pool/api";
import { ageText, stateCell } from "./process-tree.ts";
import { type Cell, type Column, formatTable, type Screen } from "./table.ts";
import { formatAge, formatCpu, formatShare } from "./units.ts";

/** A process, and what share of a core it takes now. */
export interface Load {
  readonly view: ProcessView;
  readonly share: number;
}

const columns: readonly Column[] = [
  { title: "CPU%", isNumber: true },
  { title: "CPU", isNumber: true },
  { title: "MEMORY", isNumber: true },
  { title: "AGE", isNumber: true },
  { title: "RESTARTS", isNumber: true },
  { title: "STATE" },
  { title: "PROCESS" },
];

/** What processes took between two looks, the busiest first, of equals the largest. */
export function loadsBetween(
  before: readonly ProcessView[],
  after: readonly ProcessView[],
): readonly Load[] {
  const known = new Map(before.map((view) => [view.path, view]));
  return after
    .filter(({ kind }) => kind === "process")
    .map((view) => ({ view, share: shareOf(view, known.get(view.path)) }))
    .toSorted((a, b) => b.share - a.share || memoryOf(b.view) - memoryOf(a.view));
}

/** By the ages of one life, which are the daemon's own clock; of a new life, since its start. */
function shareOf({ usage, ageNs = 0 }: ProcessView, before: ProcessView | undefined): number {
  if (usage === undefined) return 0;
  const isSameLife = before?.usage !== undefined && (before.ageNs ?? 0) < ageNs;
  const sinceNs = isSameLife ? (before.ageNs ?? 0) : 0;
  const usedNs = isSameLife ? (before.usage?.cpuNs ?? 0) : 0;
  const elapsedNs = ageNs - sinceNs;
  return elapsedNs <= 0 ? 0 : Math.max(0, usage.cpuNs - usedNs) / elapsedNs;
}

function memoryOf({ usage }: ProcessView): number {
  return usage?.memoryBytes ?? 0;
}

export interface TopScreen extends Screen {
  /** No more lines than these; `undefined`: all there are. */
  readonly rows: number | undefined;
}

/** What `noos top` shows at one moment. */
export function topFrame(
  status: StatusView,
  loads: readonly Load[],
  screen: TopScreen,
): readonly string[] {
  const head = [...headLines(status, loads), ""];
  // One line for the titles.
  const shownMax = screen.rows === undefined ? Infinity : screen.rows - head.length - 1;
  const shown = loads.slice(0, Math.max(0, shownMax)).map(rowOf);
  const table = formatTable(columns, shown, screen).trimEnd().split("\n");
  return [...head, ...table].slice(0, screen.rows);
}

function headLines(
  { version, upNs, apps, executors, memoryBytes }: StatusView,
  loads: readonly Load[],
): readonly string[] {
  const sum = (of: (app: StatusView["apps"][number]) => number): number =>
    apps.reduce((total, app) => total + of(app), 0);
  const share = loads.reduce((total, load) => total + load.share, 0);
  const memory = loads.reduce((total, { view }) => total + memoryOf(view), 0);
  const running = `${sum((app) => app.running)} of ${sum((app) => app.wanted)} processes running`;
  const waiting = `${sum((app) => app.waiting)} waiting`;
  return [
    `noos ${printable(version)}, up ${formatAge(upNs)}; its own memory ${formatBytes(memoryBytes)}`,
    `apps: ${apps.length}, executors: ${executors.length}; ${running}, ${waiting}`,
    `CPU ${formatShare(share)} of a core, memory ${formatBytes(memory)}`,
  ];
}

function rowOf({ view, share }: Load): readonly Cell[] {
  const { path, usage, restarts } = view;
  return [
    formatShare(share),
    formatCpu(usage?.cpuNs ?? 0),
    formatBytes(memoryOf(view)),
    ageText(view),
    String(restarts),
    stateCell(view),
    printable(path),
  ];
}
