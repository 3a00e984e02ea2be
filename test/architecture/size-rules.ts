/** Bounds that keep each piece small enough to be read. Pure: sources in, words out. */
import { dirname } from "node:path";
import { type Source, isModule, isTest } from "./source-tree.ts";

export const fileLinesMax = 400;
export const folderFilesMax = 20;
const lineWidthMax = 100;

type Sizes = ReadonlyMap<string, number>;

/** Tests are exempt, and tables, which say so with their reason in the first line. */
export function measureFiles(sources: readonly Source[]): Sizes {
  const bounded = sources.filter((source) => isModule(source) && !isTest(source));
  return new Map(
    bounded
      .filter(({ text }) => !/^\/\/ table: \S/.test(text))
      .map(({ path, text }) => [path, text.split("\n").length - 1]),
  );
}

export function measureFolders(sources: readonly Source[]): Sizes {
  const counts = new Map<string, number>();
  for (const { path } of sources.filter(isModule)) {
    counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  }
  return counts;
}

export function measureWideLines(sources: readonly Source[]): Sizes {
  const isWide = (line: string): boolean => line.length > lineWidthMax;
  return new Map(
    sources
      .filter((source) => isModule(source) || source.path.startsWith("bin/"))
      .map(({ path, text }) => [path, text.split("\n").filter(isWide).length]),
  );
}

export type Ratchet = {
  /** What is counted, as in "420 lines". */
  readonly unit: string;
  readonly max: number;
  /** The known exceptions, as in `ratchets.ts`. */
  readonly known: Readonly<Record<string, number>>;
};

/** What is over its bound or over its known number, and known numbers that are out of date. */
export function findRatchetProblems(sizes: Sizes, ratchet: Ratchet): readonly string[] {
  const { unit, max, known } = ratchet;
  const grown = [...sizes].flatMap(([path, size]) => {
    const bound = known[path] ?? max;
    return size > bound ? [`${path}: ${size} ${unit}, ${bound} at most`] : [];
  });
  const slack = Object.entries(known).flatMap(([path, number]) => {
    const size = sizes.get(path) ?? 0;
    if (size <= max) return [`ratchets.ts: remove "${path}", which has ${size} ${unit} now`];
    return size < number ? [`ratchets.ts: lower "${path}" to ${size} ${unit}`] : [];
  });
  return [...grown, ...slack];
}

const suppression = /(?:oxlint-disable|eslint-disable|@ts-expect-error|@ts-ignore|@ts-nocheck).*/g;

function suppressionsIn(source: Source): readonly string[] {
  return [...source.text.matchAll(suppression)].map(([text]) => text);
}

/** Modules that run in production; tests suppress to prove that a type refuses. */
function production(sources: readonly Source[]): readonly Source[] {
  return sources.filter(({ path }) => /^(?:src|tools)\/.*(?<!\.test)\.ts$/.test(path));
}

export function countSuppressions(sources: readonly Source[]): number {
  return production(sources).flatMap(suppressionsIn).length;
}

export function findUnreasonedSuppressions(sources: readonly Source[]): readonly string[] {
  return production(sources).flatMap((source) =>
    suppressionsIn(source)
      .filter((text) => !/ -- \S/.test(text))
      .map((text) => `${source.path}: "${text.trim()}" needs its reason after " -- "`),
  );
}
