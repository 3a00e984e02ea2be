import { printable } from "#core/base";
import { formatBytes } from "#core/sys";
import type { ProcessView, StatusView } from "#pool/api";
import { ageText, stateCell } from "./process-tree.ts";
import { type Cell, type Column, formatTable, type Screen } from "./table.ts";
import { formatAge, formatCpu, formatShare } from "./units.ts";

/** A process, and what it does now. */
export interface Load {
  readonly view: ProcessView;
  /** Of a core. */
  readonly share: number;
  /** Requests that came to it in a second, of one that serves. */
  readonly rate: number | undefined;
}

const columns: readonly Column[] = [
  { title: "REQ/S", isNumber: true },
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
    .map((view) => loadOf(view, known.get(view.path)))
    .toSorted((a, b) => b.share - a.share || memoryOf(b.view) - memoryOf(a.view));
}

/** By the ages of one life, which are the daemon's own clock; of a new life, since its start. */
function loadOf(view: ProcessView, known: ProcessView | undefined): Load {
  const { usage, serving, ageNs = 0 } = view;
  const before = (known?.ageNs ?? 0) < ageNs ? known : undefined;
  // Without what it had used by then, nothing is known of the time since.
  const perNs = (now: number, then: number | undefined): number => {
    const elapsedNs = ageNs - (then === undefined ? 0 : (before?.ageNs ?? 0));
    return elapsedNs <= 0 ? 0 : Math.max(0, now - (then ?? 0)) / elapsedNs;
  };
  const share = usage === undefined ? 0 : perNs(usage.cpuNs, before?.usage?.cpuNs);
  const rate = serving && perNs(serving.requests, before?.serving?.requests) * 1e9;
  return { view, share, rate };
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
  // Where nothing serves, nobody wants to know of requests.
  const first = loads.some(({ rate }) => rate !== undefined) ? 0 : 1;
  const rows = shown.map((row) => row.slice(first));
  const table = formatTable(columns.slice(first), rows, screen).trimEnd().split("\n");
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

function rowOf({ view, share, rate }: Load): readonly Cell[] {
  const { path, usage, restarts } = view;
  return [
    rate === undefined ? "" : rate.toFixed(rate < 10 ? 1 : 0),
    formatShare(share),
    formatCpu(usage?.cpuNs ?? 0),
    formatBytes(memoryOf(view)),
    ageText(view),
    String(restarts),
    stateCell(view),
    printable(path),
  ];
}
