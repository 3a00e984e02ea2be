import { native } from "#prelude/engine";
import { inspect } from "./inspect.ts";
import { SourceMap } from "./source-map.ts";

const programFile = "app.js";
/** `    at name (app.js:1:2)`, as the engine writes a frame. */
const frame = /^(\s*at .*?)\(?\b([\w.:/-]+?):(\d+):(\d+)\)?$/;
const anyFrame = /^\s*at /;
const own = /\bnoos:prelude\b/;

let map: SourceMap | undefined | "missing" = undefined;

/** Name, message and frames of an error, at the places of the sources. Never throws. */
export function traceOf(error: Error): string {
  const { name, message } = error;
  const head = message === "" ? String(name) : `${name}: ${message}`;
  const stack = typeof error.stack === "string" ? error.stack : "";
  // The engine gives a DOMException its own, which nobody is asked for.
  const told = error instanceof DOMException ? atSources(stack) : stack;
  return [head, ...told.split("\n").filter((line) => anyFrame.test(line))].join("\n");
}

/**
 * Has `stack` of all errors say the places of the sources: they are looked for when it is read, and
 * an error whose stack nobody reads costs what it did.
 */
export function tellSources(): void {
  const inherited = Object.getOwnPropertyDescriptor(Error.prototype, "stack");
  const get = function stack(this: unknown): unknown {
    return sourced(inherited?.get?.call(this));
  };
  Object.defineProperty(Error.prototype, "stack", { ...inherited, get });
  const capture = Error.captureStackTrace.bind(Error);
  const value = function captureStackTrace(target: object, below?: () => unknown): void {
    capture(target, below ?? captureStackTrace);
    tellSourcesOf(target);
  };
  Object.defineProperty(Error, "captureStackTrace", { value, writable: true, configurable: true });
}

/** As all errors, of an object that was given a stack of its own. */
function tellSourcesOf(target: object): void {
  const raw: unknown = Object.getOwnPropertyDescriptor(target, "stack")?.value;
  if (typeof raw !== "string") return;
  Object.defineProperty(target, "stack", {
    get: () => sourced(raw),
    set: (value: unknown) => {
      Object.defineProperty(target, "stack", { value, writable: true, configurable: true });
    },
    configurable: true,
  });
}

/** What somebody put there himself may be anything. */
function sourced(stack: unknown): unknown {
  return typeof stack === "string" ? atSources(stack) : stack;
}

function atSources(stack: string): string {
  const lines = stack.split("\n").filter((line) => !own.test(line));
  return lines.map(atSource).join("\n");
}

/** Says on stderr what nobody caught. */
export function report(what: string, error: unknown): void {
  native.print(2, reportOf(what, error));
}

/** What `report` says. */
export function reportOf(what: string, error: unknown): string {
  return `${what}: ${inspect(error, traceOf)}\n`;
}

function atSource(line: string): string {
  const found = frame.exec(line);
  if (found === null || found[2] !== programFile) return line;
  const [, before = "", , row, column] = found;
  const place = sourceMap()?.find(Number(row), Number(column));
  if (place === undefined) return line;
  const where = `${place.source}:${place.line}:${place.column}`;
  return line.includes("(") ? `${before}(${where})` : `${before}${where}`;
}

function sourceMap(): SourceMap | undefined {
  if (map === undefined) map = readMap() ?? "missing";
  return map === "missing" ? undefined : map;
}

function readMap(): SourceMap | undefined {
  const text = native.file(`${programFile}.map`);
  if (text === undefined) return undefined;
  try {
    return new SourceMap(text);
  } catch {
    return undefined;
  }
}
