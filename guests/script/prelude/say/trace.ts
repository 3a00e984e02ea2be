import { native } from "#prelude/engine";
import { inspect } from "./inspect.ts";
import { SourceMap } from "./source-map.ts";

const programFile = "app.js";
/** `    at name (app.js:1:2)`, as the engine writes a frame. */
const frame = /^(\s*at .*?)\(?\b([\w.:/-]+?):(\d+):(\d+)\)?$/;
const own = /\bnoos:prelude\b/;

let map: SourceMap | undefined | "missing" = undefined;

/** Name, message and frames of an error, at the places of the sources. Never throws. */
export function traceOf(error: Error): string {
  const { name, message } = error;
  const head = message === "" ? String(name) : `${name}: ${message}`;
  const stack = typeof error.stack === "string" ? error.stack : "";
  const frames = stack.split("\n").filter((line) => /^\s*at /.test(line) && !own.test(line));
  return [head, ...frames.map(atSource)].join("\n");
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
