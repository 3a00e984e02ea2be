import type { Comparison, LoadFigures, Scenario } from "#adapters/sim/load";

/** A shape and what became of it under both. */
export interface ShownRun {
  readonly scenario: Scenario;
  readonly comparison: Comparison;
}

const percent = (part: number): string => `${Number((100 * part).toPrecision(2))} %`;
const milliseconds = (ms: number): string => (ms === 0 ? "none" : `${Math.round(ms)} ms`);

/** A column: its heading, and what is said of a run. */
const columns: readonly (readonly [heading: string, of: (figures: LoadFigures) => string])[] = [
  ["settled", ({ settledSeconds }) => (settledSeconds === undefined ? "" : `${settledSeconds} s`)],
  ["overshoot", ({ overshoot }) => percent(Math.max(0, overshoot))],
  ["turns", ({ turns }) => String(turns)],
  ["refused", ({ refused }) => percent(refused)],
  ["late", ({ late }) => percent(late)],
  ["p50", ({ p50Ms }) => milliseconds(p50Ms)],
  ["p99", ({ p99Ms }) => milliseconds(p99Ms)],
  ["goodput", ({ goodput }) => percent(goodput)],
  ["cost", ({ cost }) => `${cost.toFixed(2)}×`],
];

/** Rows of Markdown: for each shape one of noos and one of Knative. */
export function tableOf(runs: readonly ShownRun[]): string {
  const cells = [
    ["shape", "", ...columns.map(([heading]) => heading)],
    ["---", "---", ...columns.map(() => "---:")],
    ...runs.flatMap(({ scenario, comparison }) => [
      [scenario.name, "noos", ...columns.map(([, of]) => of(comparison.noos.figures))],
      ["", "Knative", ...columns.map(([, of]) => of(comparison.knative.figures))],
    ]),
  ];
  return cells.map((row) => `| ${row.join(" | ")} |\n`).join("");
}
