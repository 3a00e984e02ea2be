import type { ScheduleView } from "#pool/api/queued";
import { printable } from "#core/base";
import { formatBytes } from "#core/sys";
import type { ProcessView, ServingView } from "#pool/api";
import { type Cell, type Column, formatTable, type Screen, type Tone } from "./table.ts";
import { formatAge, formatCpu } from "./units.ts";

/** The tone of each state. */
const tones: Readonly<Record<ProcessView["state"], Tone>> = {
  idle: "quiet",
  starting: "busy",
  running: "good",
  ending: "busy",
  waiting: "warning",
  held: "quiet",
  done: "quiet",
};

const columns: readonly Column[] = [
  { title: "NAME" },
  { title: "STATE" },
  { title: "AGE", isNumber: true },
  { title: "RESTARTS", isNumber: true },
  { title: "CPU", isNumber: true },
  { title: "MEMORY", isNumber: true },
  { title: "LAST END" },
];

/** Apps as trees, a line for each process and supervisor. */
export function formatTree(views: readonly ProcessView[], screen: Screen): string {
  const rows = [...inTree(views)].map(({ view, stem }) => rowOf(view, stem));
  return formatTable(columns, rows, screen);
}

function rowOf(view: ProcessView, stem: string): readonly Cell[] {
  const { path, restarts, usage, lastEnd = "" } = view;
  return [
    stem + printable(path.slice(path.lastIndexOf("/") + 1)),
    stateCell(view),
    ageText(view),
    String(restarts),
    usage === undefined ? "" : formatCpu(usage.cpuNs),
    usage === undefined ? "" : formatBytes(usage.memoryBytes),
    printable(lastEnd),
  ];
}

/** A state that only a newer daemon has is shown as it is; of what has to wait, for whom. */
export function stateCell({ path, state, waitsFor, serving, schedule }: ProcessView): Cell {
  if (waitsFor !== undefined) {
    return { text: `waiting for ${printable(nameBeside(path, waitsFor))}`, tone: "warning" };
  }
  if (state === "running" && schedule !== undefined) return scheduleCell(schedule);
  if (state === "running" && serving !== undefined) return servingCell(serving);
  return { text: printable(state), tone: tones[state] ?? "quiet" };
}

/** Of what runs at certain times: when next. */
function scheduleCell({ isRunning, nextAt }: ScheduleView): Cell {
  if (isRunning) return { text: "at its run", tone: "good" };
  return { text: nextAt === undefined ? "asleep" : `next ${printable(nextAt)}`, tone: "quiet" };
}

/** Of what serves: by how many instances and where, and how many requests have none. */
function servingCell({ ready, starting, waiting, executors = [] }: ServingView): Cell {
  if (ready + starting + waiting === 0) return { text: "asleep", tone: "quiet" };
  const parts = [
    executors.length > 1
      ? `serving by ${ready} on ${executors.length} executors`
      : `serving by ${ready}`,
    ...(starting === 0 ? [] : [`${starting} starting`]),
    ...(waiting === 0 ? [] : [`${waiting} waiting`]),
  ];
  return { text: parts.join(", "), tone: ready === 0 ? "busy" : "good" };
}

/** What another is called from here: its name only, where both are children of one. */
function nameBeside(path: string, other: string): string {
  const parent = path.slice(0, path.lastIndexOf("/") + 1);
  const name = other.startsWith(parent) ? other.slice(parent.length) : other;
  return name.includes("/") ? other : name;
}

/** Of what waits: until it starts. */
export function ageText({ state, ageNs }: ProcessView): string {
  if (ageNs === undefined) return "";
  return state === "waiting" ? `in ${formatAge(Math.max(0, ageNs))}` : formatAge(ageNs);
}

interface Branch {
  readonly view: ProcessView;
  /** What is drawn before its name, and before all that is below it. */
  readonly stem: string;
  readonly indent: string;
}

/** Each after its parent, with the lines that lead to it; siblings in the order they came. */
function* inTree(views: readonly ProcessView[]): Generator<Branch> {
  const known = new Set(views.map(({ path }) => path));
  const children = Map.groupBy(views, ({ path }) => {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    return known.has(parent) ? parent : undefined;
  });
  const below = (path: string | undefined, indent: string): readonly Branch[] => {
    const all = children.get(path) ?? [];
    return all.map((view, at) => {
      if (path === undefined) return { view, stem: "", indent: "" };
      const isLast = at === all.length - 1;
      const [corner, line] = isLast ? ["└─ ", "   "] : ["├─ ", "│  "];
      return { view, stem: indent + corner, indent: indent + line };
    });
  };
  // No depth of a tree is a depth of our stack.
  const rest = below(undefined, "").toReversed();
  for (let branch = rest.pop(); branch !== undefined; branch = rest.pop()) {
    yield branch;
    rest.push(...below(branch.view.path, branch.indent).toReversed());
  }
}
