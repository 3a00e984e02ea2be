import { printable } from "#core/base";
import { type Level, type Report, type Row } from "./report.ts";

/** Rows of one kind that differ in nothing but their subject. */
interface Group {
  readonly subjects: string[];
  readonly note: string;
  readonly fix: string;
}

const titles: Readonly<Record<Level, string>> = {
  supported: "supported",
  different: "supported with a difference",
  unsupported: "not supported",
};

/** The order of the figures; that of the rows is the report's own. */
const figureOrder: readonly Level[] = ["supported", "different", "unsupported"];

const subjectsShownMax = 8;
const textLengthMax = 200;
const indent = "  ";

/**
 * A report for people, ending with a line break: the headline, counts and percentages, then what
 * is not supported and what is different, each with how to fix it. With `all`, every row.
 */
export function formatReport(
  report: Report,
  options: { readonly name: string; readonly all: boolean },
): string {
  const shown: readonly Level[] = [
    "unsupported",
    "different",
    ...(options.all ? ["supported" as const] : []),
  ];
  const sections = shown.flatMap((level) => section(report, level, options.all));
  const headline = `${options.name}: ${report.headline}`;
  return `${[headline, "", ...figures(report), ...sections].join("\n")}\n`;
}

function figures({ counts, percentages }: Report): string[] {
  const titleWidth = Math.max(...figureOrder.map((level) => titles[level].length));
  const countWidth = Math.max(...figureOrder.map((level) => String(counts[level]).length));
  return figureOrder.map((level) => {
    const share = `${percentages[level].toFixed(1)} %`.padStart(7);
    const count = String(counts[level]).padStart(countWidth);
    return `${indent}${titles[level].padEnd(titleWidth)}  ${count}  ${share}`;
  });
}

function section(report: Report, level: Level, all: boolean): string[] {
  const groups = groupRows(report.rows.filter((row) => row.level === level));
  if (groups.length === 0) return [];
  const title = titles[level];
  return [
    "",
    `${title.charAt(0).toUpperCase()}${title.slice(1)}:`,
    ...groups.flatMap((group) => ["", ...groupLines(group, all)]),
  ];
}

function groupRows(rows: readonly Row[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const { subject, note, fix } of rows) {
    const key = JSON.stringify([note, fix]);
    groups.getOrInsertComputed(key, () => ({ subjects: [], note, fix })).subjects.push(subject);
  }
  return [...groups.values()];
}

function groupLines({ subjects, note, fix }: Group, all: boolean): string[] {
  const listed = all ? subjects : subjects.slice(0, subjectsShownMax);
  const hidden = subjects.length - listed.length;
  return [
    ...listed.map((subject) => `${indent}${readable(subject)}`),
    ...(hidden === 0 ? [] : [`${indent}and ${hidden} more (--all shows them)`]),
    ...(note === "" ? [] : [`${indent}${indent}${readable(note)}`]),
    ...(fix === "" ? [] : [`${indent}${indent}fix: ${readable(fix)}`]),
  ];
}

/** Names are the program's own: none may move the cursor, or fill the screen. */
function readable(text: string): string {
  return printable(text.length > textLengthMax ? `${text.slice(0, textLengthMax)}…` : text);
}
