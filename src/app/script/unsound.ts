import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { assert } from "#core/base";
import { PlatformError } from "#core/sys";

/** Where in a source something is wrong. Lines count from 1, columns from 0. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `SCRIPT_UNSOUND`: a script that cannot be built. */
export class ScriptUnsound extends PlatformError {
  /** What was looked at, as absolute paths: a change of any may mend it. */
  readonly sources: readonly string[];
  /** The message as a terminal shows it, where its lines stay lines. */
  readonly report: string;

  constructor(problem: PlatformError, sources: readonly string[]) {
    super(problem.message, problem);
    this.report = `noos: ${problem.message}`;
    this.sources = sources;
  }
}

/** What is wrong in a source, or with it, and what to do. */
export interface Mistake {
  readonly what: string;
  readonly place?: SourcePlace | undefined;
  readonly hint: string;
}

const linesBefore = 2;

/** Of mistakes beside the first one so many are named. */
const othersMost = 5;

/** An error for mistakes of which there is one at least: the first with the lines around it. */
export function unsound(entry: string, mistakes: readonly Mistake[]): PlatformError {
  const byWhat = new Map<string, Mistake>();
  for (const mistake of mistakes.toSorted(inOrder)) byWhat.getOrInsert(mistake.what, mistake);
  const [first, ...others] = byWhat.values();
  assert(first !== undefined, "there is a mistake");
  const { what, place, hint } = first;
  const lines = [
    `cannot build "${entry}": ${what}`,
    ...(place === undefined ? [] : [frameOf(place)]),
    ...others.slice(0, othersMost).map((other) => `also: ${other.what}${whereOf(other)}`),
  ];
  const leftOut = others.length - othersMost;
  if (leftOut > 0) lines.push(`and ${leftOut} more`);
  return new PlatformError(lines.join("\n"), { code: "SCRIPT_UNSOUND", hint });
}

function inOrder({ place: one }: Mistake, { place: other }: Mistake): number {
  if (one === undefined || other === undefined) return Number(!one) - Number(!other);
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.line - other.line || one.column - other.column;
}

function whereOf({ place }: Mistake): string {
  return place === undefined ? "" : `, at ${nameOf(place)}`;
}

function nameOf({ file, line, column }: SourcePlace): string {
  return `${relative(process.cwd(), file)}:${line}:${column + 1}`;
}

/** Where a text stands in a file, as the first string that is nothing else. */
export function placeOfText(file: string, text: string): SourcePlace | undefined {
  const lines = readLines(file);
  for (const quote of ['"', "'", "`"]) {
    const wanted = `${quote}${text}${quote}`;
    const line = lines.findIndex((candidate) => candidate.includes(wanted));
    if (line >= 0) {
      return { file, line: line + 1, column: (lines[line] as string).indexOf(wanted) };
    }
  }
  return undefined;
}

/** A place in a source with the lines above it, for a terminal. */
export function frameOf(place: SourcePlace): string {
  const { file, line, column } = place;
  const lines = readLines(file);
  const first = Math.max(1, line - linesBefore);
  const width = String(line).length;
  const shown = lines.slice(first - 1, line).map((text, at) => {
    return `  ${String(first + at).padStart(width)} | ${text}`;
  });
  const pointer = `  ${" ".repeat(width)} | ${" ".repeat(column)}^`;
  return [nameOf(place), ...shown, pointer].join("\n");
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split(/\r?\n/);
  } catch {
    // A module that a plugin made has no file, and so no lines to show.
    return [];
  }
}
