// table: one row per limit of a process or an executor
/** The unit a limit's number is counted in. */
export type LimitUnit = "bytes" | "ns" | "count" | "cores";

export interface LimitRow {
  readonly unit: LimitUnit;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly meaning: string;
}

/** The name of a limit, as manifests, options and exit reasons spell it. */
export type LimitName =
  | "memory"
  | "cpu-time"
  | "wall-time"
  | "cpu-share"
  | "descriptors"
  | "output"
  | "file-bytes"
  | "call-stack"
  | "module-size"
  | "table-elements"
  | "children"
  | "exchanges"
  | "processes";

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;
const second = 1e9;

/** Every bound a process lives in. `Infinity` as a default means: not bounded unless asked. */
export const limits: Readonly<Record<LimitName, LimitRow>> = {
  memory: {
    unit: "bytes",
    default: 4 * GiB,
    min: 0,
    max: 16 * GiB,
    meaning:
      "linear memory, all together, which fails to grow past it; objects, which end the process",
  },
  "cpu-time": {
    unit: "ns",
    default: Infinity,
    min: 1e6,
    max: Infinity,
    meaning: "time the process may compute; then it is ended",
  },
  "wall-time": {
    unit: "ns",
    default: Infinity,
    min: 1e6,
    max: Infinity,
    meaning: "time from start to end; then it is ended",
  },
  "cpu-share": {
    unit: "cores",
    default: 1,
    min: 0.01,
    max: 1,
    meaning: "part of one core the process may use; beyond it, it waits",
  },
  descriptors: {
    unit: "count",
    default: 1024,
    min: 3,
    max: 65_536,
    meaning: "open descriptors; opening one more answers EMFILE",
  },
  output: {
    unit: "bytes",
    default: Infinity,
    min: 0,
    max: Infinity,
    meaning: "bytes written to stdout and stderr together; then the process is ended",
  },
  "file-bytes": {
    unit: "bytes",
    default: 256 * MiB,
    min: 0,
    max: 8 * GiB,
    meaning: "bytes in the process's memory file systems; writing more answers ENOSPC",
  },
  "call-stack": {
    unit: "bytes",
    default: 4 * MiB,
    min: 64 * KiB,
    max: 64 * MiB,
    meaning: "native stack of the program, per executor; deeper calls trap",
  },
  "module-size": {
    unit: "bytes",
    default: 256 * MiB,
    min: 8,
    max: GiB,
    meaning: "size of the program's file; a larger one is refused",
  },
  "table-elements": {
    unit: "count",
    default: 1_000_000,
    min: 0,
    max: 10_000_000,
    meaning: "elements of all tables together; growing past it fails",
  },
  children: {
    unit: "count",
    default: 1000,
    min: 0,
    max: 10_000,
    meaning: "children of its own a process may have at a time; starting one more answers EAGAIN",
  },
  exchanges: {
    unit: "count",
    default: 1000,
    min: 1,
    max: 65_536,
    meaning:
      "requests a process holds at a time, those it serves and those it makes; one more has to " +
      "wait, or answers EMFILE",
  },
  processes: {
    unit: "count",
    default: 8_000,
    min: 1,
    max: 12_000,
    meaning: "processes in one executor; starting one more is refused",
  },
};

/** The limits of one process, each in its row's unit. */
export type Limits = { readonly [Name in LimitName]: number };

/** Every limit at its default. */
export const defaultLimits: Limits = Object.fromEntries(
  Object.entries(limits).map(([name, row]) => [name, row.default]),
) as Limits;

/** A limit's number with its unit, for people: `64 MiB`, `10 s`, `0.5 cores`, `1024`. */
export function formatLimit(name: LimitName, value: number): string {
  if (value === Infinity) return "unlimited";
  switch (limits[name].unit) {
    case "bytes":
      return formatBytes(value);
    case "ns":
      return formatDuration(value);
    case "cores":
      return value === 1 ? "1 core" : `${value} cores`;
    case "count":
      return String(value);
  }
}

/** Bytes for people, in the largest binary unit that keeps at most one decimal: `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= KiB && unit < units.length - 1) {
    value /= KiB;
    unit += 1;
  }
  return `${Number(value.toFixed(1))} ${units[unit]}`;
}

/** Nanoseconds for people: `850 ns`, `12.5 µs`, `3.1 ms`, `10 s`. */
export function formatDuration(ns: number): string {
  if (ns < 1e3) return `${Math.round(ns)} ns`;
  if (ns < 1e6) return `${Number((ns / 1e3).toFixed(1))} µs`;
  if (ns < second) return `${Number((ns / 1e6).toFixed(1))} ms`;
  return `${Number((ns / second).toFixed(2))} s`;
}
