import { type Level, levels, type Report, type Row, type RowKind } from "./report.ts";

/** Puts graded rows together into a report. Expects at least one. */
export function summarize(kind: Report["kind"], rows: readonly Row[]): Report {
  const sorted = levels.flatMap((level) => rows.filter((row) => row.level === level));
  const counts = countLevels(rows);
  return {
    kind,
    verdict: levels.find((level) => counts[level] > 0) ?? "supported",
    headline: headlineOf(kind, rows, counts),
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

function headlineOf(kind: Report["kind"], rows: readonly Row[], counts: PerLevel): string {
  if (counts.unsupported > 0) return `does not run: ${obstaclesOf(kind, rows).join("; ")}`;
  if (counts.different === 0) return "runs";
  return `runs, with ${counts.different} ${counts.different === 1 ? "difference" : "differences"}`;
}

function obstaclesOf(kind: Report["kind"], rows: readonly Row[]): readonly string[] {
  const subjects = (of: RowKind): readonly string[] =>
    rows.filter((row) => row.level === "unsupported" && row.kind === of).map((row) => row.subject);
  const imports = subjects("import").length;
  const missing = imports === 1 ? "1 import is missing" : `${imports} imports are missing`;
  // What else a component has is as foreign as itself: one word says it.
  if (kind === "component") return ["it is a component", ...(imports === 0 ? [] : [missing])];
  const features = subjects("feature");
  return [
    ...(imports === 0 ? [] : [missing]),
    ...(subjects("export").length === 0 ? [] : ["it has no entry that can be called"]),
    ...(features.length === 0 ? [] : [`not supported: ${features.join(", ")}`]),
  ];
}
