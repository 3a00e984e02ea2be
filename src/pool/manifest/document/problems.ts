import { printable } from "#core/base";
import { PlatformError } from "#core/sys";
import type { Place, Source, Span } from "./source.ts";

/** One thing that is wrong at one place of a manifest. */
export interface Problem {
  /** In UTF-16 units of the text. */
  readonly span: Span;
  /** What the place is in the app, such as `processes.worker.memory`; empty for the file itself. */
  readonly path: string;
  readonly found: string;
  readonly expected: string;
  /** What was probably meant. */
  readonly meant?: string | undefined;
}

/** So many are told; of the others only the number is said. */
const toldMax = 50;

/** What is kept to choose the first of the file from: what is found first may stand last. */
const keptMax = 10_000;

/** What is wrong with a manifest: the first of all that was found, in the order of the file. */
export class ManifestError extends PlatformError {
  readonly problems: readonly (Problem & Place)[];
  /** For a person: each problem with its line and a caret below the place, then how many more. */
  readonly report: string;

  constructor(source: Source, problems: readonly Problem[], count: number = problems.length) {
    const told = problems
      .toSorted((a, b) => a.span.start - b.span.start)
      .slice(0, toldMax)
      .map((problem) => ({ ...problem, ...source.placeAt(problem.span.start) }));
    const lines = told.map((problem) => lineOf(source, problem));
    super(count === 1 ? `${lines[0]}` : `${lines[0]} (the first of ${count} problems)`, {
      code: "MANIFEST_INVALID",
      hint: `mend "${printable(source.name)}"; the manual's page on manifests says what there is`,
    });
    this.problems = told;
    const shown = told.flatMap((problem, at) => [lines[at], ...source.excerpt(problem.span)]);
    if (count > told.length) shown.push(`and ${count - told.length} more`);
    this.report = shown.join("\n");
  }
}

function lineOf(source: Source, problem: Problem & Place): string {
  const { line, column, path, found, expected, meant } = problem;
  const what = path === "" ? "" : `${printable(path)}: `;
  const suggestion = meant === undefined ? "" : `; did you mean ${meant}?`;
  const where = `${printable(source.name)}:${line}:${column}`;
  return `${where}: ${what}found ${found}, expected ${expected}${suggestion}`;
}

/** Collects what is wrong, so that one reading tells all of it. */
export class Problems {
  readonly #source: Source;
  readonly #kept: Problem[] = [];
  #count = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  add(problem: Problem): void {
    this.#count += 1;
    if (this.#kept.length < keptMax) this.#kept.push(problem);
  }

  /** Throws a `ManifestError` if there is any. */
  throwAny(): void {
    if (this.#count > 0) throw new ManifestError(this.#source, this.#kept, this.#count);
  }
}
