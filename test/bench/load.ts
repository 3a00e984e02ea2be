/** Shapes of load on a simulated service: a table and a plot in `results`, and what is promised. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compare, overload, type Scenario, shapes } from "#adapters/sim/load";
import { plotOf, type ShownRun, tableOf } from "#test/bench/load";
import type { Figure, Unit } from "#test/bench/statistics";
import { sendAnswer } from "./fresh-process.ts";
import { summarize } from "#test/bench/statistics";

const seeds: readonly number[] = [1, 2, 3, 4, 5];

const calm = overload(0.8, { isCold: false });
const full = overload(3, { isCold: false });
const scenarios: readonly Scenario[] = [
  ...shapes,
  calm,
  overload(1, { isCold: false }),
  full,
  overload(3, { isCold: true }),
];

/** Runs of each scenario, one for each seed. */
const runs: ReadonlyMap<string, readonly ShownRun[]> = new Map(
  scenarios.map((scenario) => [
    scenario.name,
    seeds.map((seed) => ({ scenario, comparison: compare(scenario, seed) })),
  ]),
);

function runsOf(name: string): readonly ShownRun[] {
  return runs.get(name) ?? [];
}

function figure(
  name: string,
  options: { readonly unit: Unit; readonly asked: number; readonly note: string },
  values: readonly number[],
): Figure {
  return { name, ...options, ...summarize(values) };
}

const first = scenarios.flatMap(({ name }) => runsOf(name).slice(0, 1));
const results = join(import.meta.dirname, "results");
mkdirSync(results, { recursive: true });
writeFileSync(join(results, "load.md"), tableOf(first));
writeFileSync(join(results, "load.svg"), plotOf(first));
const where = "the table is in results/load.md, the plot in results/load.svg";

sendAnswer([
  figure(
    "settled after a step, against Knative",
    { unit: "×", asked: 0.5, note: where },
    runsOf("step").map(
      ({ comparison: { noos, knative } }) =>
        (noos.figures.settledSeconds ?? Infinity) / (knative.figures.settledSeconds ?? 0),
    ),
  ),
  figure(
    "turns under a sine that has 7",
    { unit: "×", asked: 8 / 7, note: "counted, divided by 7" },
    runsOf("sine").map(({ comparison }) => comparison.noos.figures.turns / 7),
  ),
  figure(
    "lost of what 3× capacity could answer",
    { unit: "%", asked: 10, note: "goodput is the rest" },
    runsOf(full.name).map(({ comparison }) => 100 * (1 - comparison.noos.figures.goodput)),
  ),
  figure(
    "p99 of admitted at 3×, against 0.8×",
    { unit: "×", asked: 3, note: "the line included" },
    runsOf(full.name).map(({ comparison }, index) => {
      const other = runsOf(calm.name)[index]?.comparison.noos.figures.p99Ms ?? 0;
      return comparison.noos.figures.p99Ms / other;
    }),
  ),
]);
