import { printable } from "#core/base";
import { formatBytes } from "#core/sys";
import type { StatusView } from "#pool/api";
import { formatQueues } from "./queue-table.ts";
import { type Cell, type Column, formatTable, type Screen, type Tone } from "./table.ts";
import { formatAge } from "./units.ts";

const executorColumns: readonly Column[] = [
  { title: "EXECUTOR" },
  { title: "STATE" },
  { title: "PID", isNumber: true },
  { title: "PROCESSES", isNumber: true },
  { title: "RESTARTS", isNumber: true },
];

const appColumns: readonly Column[] = [
  { title: "APP" },
  { title: "STATE" },
  { title: "RUNNING", isNumber: true },
  { title: "WAITING", isNumber: true },
  { title: "WANTED", isNumber: true },
  { title: "REVISION", isNumber: true },
];

const scheduleColumns: readonly Column[] = [
  { title: "SCHEDULE" },
  { title: "RUNS" },
  { title: "NEXT" },
  { title: "LAST" },
  { title: "MISSED" },
];

type StateName = StatusView["executors"][number]["state"] | StatusView["apps"][number]["state"];

const tones: Readonly<Record<StateName, Tone>> = {
  starting: "busy",
  running: "good",
  waiting: "warning",
  ending: "busy",
  failed: "bad",
  done: "quiet",
};

/** The daemon, its executors and its apps. */
export function formatStatus(view: StatusView, screen: Screen): string {
  const { version, pid, upNs, memoryBytes, dataFolder, executors, apps, queues, schedules } = view;
  const urls = [view.http, view.https].flatMap((url) =>
    url === undefined ? [] : [printable(url)],
  );
  const about = [
    `noos ${printable(version)}, process ${pid}, up ${formatAge(upNs)}`,
    `data in ${printable(dataFolder)}, own memory ${formatBytes(memoryBytes)}`,
    urls.length === 0 ? "requests have no way in" : `requests at ${urls.join(" and ")}`,
  ];
  const executorRows = executors.map((each): readonly Cell[] => [
    String(each.slot),
    stateCell(each.state),
    each.pid === undefined ? "" : String(each.pid),
    String(each.processes),
    String(each.restarts),
  ]);
  const appRows = apps.map((app): readonly Cell[] => [
    printable(app.name),
    app.reverted === undefined
      ? stateCell(app.state)
      : { text: `${app.state}, ${app.reverted} reverted`, tone: "warning" },
    ...[app.running, app.waiting, app.wanted, app.revision].map(String),
  ]);
  const executorTable = formatTable(executorColumns, executorRows, screen);
  const scheduleRows = schedules.map((one): readonly Cell[] => [
    printable(`${one.app}/${one.process}`),
    printable(one.text),
    one.isRunning ? { text: "now", tone: "good" } : printable(one.nextAt ?? ""),
    printable(one.lastAt === undefined ? "" : `${one.lastAt}: ${one.lastEnd ?? ""}`),
    one.missed === undefined ? "" : { text: printable(one.missed), tone: "warning" },
  ]);
  const appTable =
    apps.length === 0
      ? "no apps yet; next: noos deploy DIR\n"
      : formatTable(appColumns, appRows, screen);
  const others = [
    ...(queues.length === 0 ? [] : [formatQueues(queues, screen)]),
    ...(schedules.length === 0 ? [] : [formatTable(scheduleColumns, scheduleRows, screen)]),
  ];
  return [`${about.join("\n")}\n`, executorTable, appTable, ...others].join("\n");
}

function stateCell(state: StateName): Cell {
  return { text: printable(state), tone: tones[state] ?? "quiet" };
}
