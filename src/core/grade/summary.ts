import { type Level, levels, type Report, type Row } from "./report.ts";

/** Puts graded rows together into a report. Expects at least one. */
export function summarize(kind: Report["kind"], rows: readonly Row[]): Report {
  const sorted = levels.flatMap((level) => rows.filter((row) => row.level === level));
  const counts = countLevels(rows);
  return {
    kind,
    verdict: levels.find((level) => counts[level] > 0) ?? "supported",
    headline: headlineOf(rows, counts),
    counts,
    percentages: sharesOf(counts),
    rows: sorted,
  };
}

type PerLevel = Readonly<Record<Level, number>>;

function countLevels(rows: readonly Row[]): PerLevel {
  const counts = { supported: 0, different: 0, unsupported: 0 };
  for (const row of rows) counts[row.level] += 1;
  return counts;
}

/**
 * Percentages in tenths that add up to 100: each is rounded down, and the tenths left over go to
 * those that lost most by it.
 */
function sharesOf(counts: PerLevel): PerLevel {
  const total = levels.reduce((sum, level) => sum + counts[level], 0);
  const exact = levels.map((level) => ({ level, tenths: (counts[level] * 1000) / total }));
  const lost = exact.map(({ level, tenths }) => ({ level, by: tenths - Math.floor(tenths) }));
  const left = Math.round(lost.reduce((sum, { by }) => sum + by, 0));
  const lucky = lost.toSorted((a, b) => b.by - a.by).slice(0, left);
  const share = ({ level, tenths }: (typeof exact)[number]): number =>
    (Math.floor(tenths) + (lucky.some((each) => each.level === level) ? 1 : 0)) / 10;
  return Object.fromEntries(exact.map((each) => [each.level, share(each)])) as PerLevel;
}

function headlineOf(rows: readonly Row[], counts: PerLevel): string {
  if (counts.unsupported > 0) return `does not run: ${obstacles(rows).join("; ")}`;
  if (counts.different === 0) return "runs";
  return `runs, with ${counts.different} ${counts.different === 1 ? "difference" : "differences"}`;
}

function obstacles(rows: readonly Row[]): string[] {
  const unsupported = rows.filter((row) => row.level === "unsupported");
  const ofKind = (kind: Row["kind"]): readonly Row[] =>
    unsupported.filter((row) => row.kind === kind);
  const imports = ofKind("import").length;
  const exports = ofKind("export").map((row) => row.subject);
  const features = ofKind("feature").map((row) => row.subject);
  return [
    ...(imports === 0 ? [] : [imports === 1 ? "1 import is missing" : `${imports} imports are missing`]),
    ...(exports.length === 0 ? [] : [`it cannot be called at ${listed(exports)}`]),
    ...(features.length === 0 ? [] : [`not supported: ${listed(features)}`]),
  ];
}

/** The first few, as a program may export a million things. */
function listed(subjects: readonly string[]): string {
  const shown = subjects.slice(0, 3).join(", ");
  return subjects.length > 3 ? `${shown} and ${subjects.length - 3} more` : shown;
}
