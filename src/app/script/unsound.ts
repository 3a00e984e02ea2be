import { readFileSync } from "node:fs";
import { relative } from "node:path";
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

const linesBefore = 2;

/** An error in a source, with the lines around it. */
export function unsound(
  what: string,
  options: {
    readonly entry: string;
    readonly place?: SourcePlace | undefined;
    readonly hint: string;
  },
): PlatformError {
  const { entry, place, hint } = options;
  const where = place === undefined ? "" : `\n${frameOf(place)}`;
  return new PlatformError(`cannot build "${entry}": ${what}${where}`, {
    code: "SCRIPT_UNSOUND",
    hint,
  });
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
export function frameOf({ file, line, column }: SourcePlace): string {
  const lines = readLines(file);
  const first = Math.max(1, line - linesBefore);
  const width = String(line).length;
  const shown = lines.slice(first - 1, line).map((text, place) => {
    return `  ${String(first + place).padStart(width)} | ${text}`;
  });
  const name = relative(process.cwd(), file);
  const pointer = `  ${" ".repeat(width)} | ${" ".repeat(column)}^`;
  return [`${name}:${line}:${column + 1}`, ...shown, pointer].join("\n");
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split(/\r?\n/);
  } catch {
    // A module that a plugin made has no file, and so no lines to show.
    return [];
  }
}
