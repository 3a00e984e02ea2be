import { native } from "#prelude/engine";
import { inspect } from "./inspect.ts";
import { traceOf } from "./trace.ts";

const directive = /%[sdifjoOc%]/g;
const counts = new Map<string, number>();
const timers = new Map<string, number>();
let indent = "";

function textOf(values: readonly unknown[]): string {
  const [format, ...rest] = values;
  if (typeof format !== "string") return values.map((value) => inspect(value, traceOf)).join(" ");
  let next = 0;
  const text = format.replace(directive, (found) => {
    if (found === "%%") return "%";
    if (next >= rest.length) return found;
    return directed(found, rest[next++]);
  });
  const left = rest.slice(next).map((value) => inspect(value, traceOf));
  return [text, ...left].join(" ");
}

function directed(found: string, value: unknown): string {
  switch (found) {
    case "%d":
    case "%f":
      return String(Number(value));
    case "%i":
      return String(Math.trunc(Number(value)));
    case "%j":
      return JSON.stringify(value) ?? "undefined";
    case "%c":
      return "";
    case "%s":
      return inspect(value, traceOf);
    default:
      return inspect(value, traceOf);
  }
}

function print(fd: 1 | 2, values: readonly unknown[]): void {
  const text = textOf(values);
  native.print(fd, `${indent}${indent === "" ? text : text.replaceAll("\n", `\n${indent}`)}\n`);
}

const out = (...values: unknown[]): void => print(1, values);
const err = (...values: unknown[]): void => print(2, values);

/** A console's functions, by name. */
type Console = Readonly<Record<string, (...values: never[]) => void>>;

const members = {
  log: out,
  info: out,
  debug: out,
  dir: (value: unknown): void => print(1, [value]),
  dirxml: out,
  table: out,
  error: err,
  warn: err,
  trace: (...values: unknown[]): void => {
    const error = new Error(textOf(values));
    error.name = "Trace";
    err(error);
  },
  assert: (condition: unknown, ...values: unknown[]): void => {
    if (!condition) err("Assertion failed", ...values);
  },
  count: (label = "default"): void => {
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    out(`${label}: ${count}`);
  },
  countReset: (label = "default"): void => void counts.delete(label),
  group: (...values: unknown[]): void => {
    if (values.length > 0) out(...values);
    indent += "  ";
  },
  groupCollapsed: (...values: unknown[]): void => members.group(...values),
  groupEnd: (): void => {
    indent = indent.slice(2);
  },
  time: (label = "default"): void => void timers.set(label, native.clock(1)),
  timeLog: (label = "default", ...values: unknown[]): void => {
    const startedAt = timers.get(label);
    if (startedAt !== undefined) {
      out(`${label}: ${(native.clock(1) - startedAt).toFixed(3)}ms`, ...values);
    }
  },
  timeEnd: (label = "default"): void => {
    members.timeLog(label);
    timers.delete(label);
  },
  clear: (): void => undefined,
};

export const console: Console = members;
