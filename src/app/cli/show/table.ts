/** What a cell may be coloured with, by what it means. */
export type Tone = "good" | "busy" | "warning" | "bad" | "quiet";

const escapes: Readonly<Record<Tone, string>> = {
  good: "\u001b[32m",
  busy: "\u001b[36m",
  warning: "\u001b[33m",
  bad: "\u001b[31m",
  quiet: "\u001b[2m",
};
const plain = "\u001b[0m";

/** Printable text; the one who makes it sees to that. */
export type Cell = string | { readonly text: string; readonly tone: Tone };

export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
}

export interface Screen {
  readonly hasColours: boolean;
  /** Lines are cut to it; `undefined`: they are as long as they are. */
  readonly columns: number | undefined;
}

const gap = "  ";

/** A column that gives way keeps so much of itself. */
const narrowedMin = 12;

/**
 * Rows below titles, in columns as wide as what is in them. Where the screen is narrower, the last
 * column gives way first, then the first one.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  screen: Screen,
): string {
  const widths = fit(widthsOf(columns, rows), screen.columns);
  const titles = columns.map(({ title }): Cell => ({ text: title, tone: "quiet" }));
  const lines = [titles, ...rows].map((row) => {
    const cells = row.map((cell, at) => {
      const isLast = at === columns.length - 1;
      return formatCell(cell, {
        width: widths[at] ?? 0,
        isNumber: columns[at]?.isNumber === true,
        isLast,
        hasColours: screen.hasColours,
      });
    });
    return `${cells.join(gap).trimEnd()}\n`;
  });
  return lines.join("");
}

function widthsOf(columns: readonly Column[], rows: readonly (readonly Cell[])[]): number[] {
  const widths = columns.map(({ title }) => title.length);
  for (const row of rows) {
    for (const [at, cell] of row.entries()) {
      widths[at] = Math.max(widths[at] ?? 0, textOf(cell).length);
    }
  }
  return widths;
}

function fit(widths: readonly number[], columns: number | undefined): readonly number[] {
  if (columns === undefined) return widths;
  const total = widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1));
  let over = total - columns;
  const narrowed = [...widths];
  for (const at of [widths.length - 1, 0]) {
    const width = narrowed[at] ?? 0;
    const given = Math.max(0, Math.min(over, width - narrowedMin));
    narrowed[at] = width - given;
    over -= given;
  }
  return narrowed;
}

interface CellPlace {
  readonly width: number;
  readonly isNumber: boolean;
  readonly isLast: boolean;
  readonly hasColours: boolean;
}

function formatCell(cell: Cell, { width, isNumber, isLast, hasColours }: CellPlace): string {
  const whole = textOf(cell);
  const text = whole.length > width ? `${whole.slice(0, width - 1)}…` : whole;
  const space = " ".repeat(width - text.length);
  const shown = typeof cell === "string" || !hasColours ? text : paint(text, cell.tone);
  if (isNumber) return `${space}${shown}`;
  return isLast ? shown : `${shown}${space}`;
}

function textOf(cell: Cell): string {
  return typeof cell === "string" ? cell : cell.text;
}

/** `text` in the colour of its tone. */
export function paint(text: string, tone: Tone): string {
  return text === "" ? "" : `${escapes[tone]}${text}${plain}`;
}
