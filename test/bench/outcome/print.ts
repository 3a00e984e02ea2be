import { type Figure, isMet } from "#test/bench/statistics";
import type { BenchOutcome } from "./results.ts";

const nameWidth = 44;

export function printHeading(machine: string): void {
  console.log(machine);
  console.log(row("", "figure", "asked", "", "middle half", "made of"));
}

/** A bench's figures as they come: name, figure, asked, whether it is met, and how they spread. */
export function printOutcome({ name, about, figures, missing, seconds }: BenchOutcome): void {
  console.log(`\n${name}: ${about} (${seconds.toFixed(1)} s)`);
  if (missing !== undefined) console.log(`  not measured: ${missing}`);
  for (const figure of figures) console.log(figureRow(figure));
}

export function printVerdict(outcomes: readonly BenchOutcome[]): void {
  const asked = outcomes
    .flatMap(({ figures }) => figures)
    .filter((each) => each.asked !== undefined);
  const met = asked.filter(isMet).length;
  console.log(`\n${met} of ${asked.length} figures are as asked`);
}

function figureRow(figure: Figure): string {
  const { name, asked, unit, low, high, rounds, note } = figure;
  const shown = (value: number): string => `${digits(value)} ${unit}`;
  const verdict = asked === undefined ? "" : isMet(figure) ? "ok" : "misses";
  const spread = `${digits(low)}–${digits(high)} of ${rounds}`;
  const bound = asked === undefined ? "" : `${figure.isLeast === true ? "≥" : "≤"} ${shown(asked)}`;
  return row(`  ${name}`, shown(figure.median), bound, verdict, spread, note);
}

function row(
  ...[name = "", figure = "", asked = "", verdict = "", spread = "", note = ""]: readonly string[]
): string {
  const columns = [
    name.padEnd(nameWidth),
    figure.padStart(10),
    asked.padStart(12),
    verdict.padEnd(6),
    spread.padEnd(20),
    note,
  ];
  return columns.join("  ").trimEnd();
}

function digits(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(1);
}
