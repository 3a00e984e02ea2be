/**
 * The promised figures, measured: `npm run bench`, `npm run bench -- NAME…`, `--json FILE`.
 *
 * Knows: which figures there are (`benches.ts`), how each is measured, what is asked of it. A
 * figure is a ratio to a reference of the same run wherever there is one to be had; both sides take
 * turns, and the median of the rounds counts, printed with the middle half of them.
 * Must hold: each bench runs in an OS process of its own, with nothing beside it; a figure that
 * misses is printed as a miss and fails nothing; what cannot be measured here says why.
 * Never imports: another folder of tests. No test imports it.
 * Start reading at `benches.ts`, then `rounds.ts`.
 */
import { parseArgs } from "node:util";
import { type Bench, benches } from "./benches.ts";
import { askFreshProcess } from "./fresh-process.ts";
import {
  type BenchOutcome,
  keepResults,
  machineLine,
  printHeading,
  printOutcome,
  printVerdict,
} from "#test/bench/outcome";

const { values, positionals } = parseArgs({
  options: { json: { type: "string" } },
  allowPositionals: true,
});

function chosen(names: readonly string[]): readonly Bench[] {
  const unknown = names.find((name) => !benches.some((bench) => bench.name === name));
  if (unknown === undefined) {
    return benches.filter(({ name }) => names.length === 0 || names.includes(name));
  }
  console.error(`bench: there is no "${unknown}"; there are:`);
  for (const { name, about } of benches) console.error(`  ${name.padEnd(12)} ${about}`);
  process.exit(2);
}

async function runOne({ name, about, module, flags = [] }: Bench): Promise<BenchOutcome> {
  const startedAt = performance.now();
  try {
    const figures = await askFreshProcess(module, { flags });
    return { name, about, figures, seconds: (performance.now() - startedAt) / 1000 };
  } catch (error) {
    const seconds = (performance.now() - startedAt) / 1000;
    return { name, about, figures: [], missing: (error as Error).message, seconds };
  }
}

const selected = chosen(positionals);
printHeading(machineLine());
const outcomes: BenchOutcome[] = [];
for (const bench of selected) {
  const outcome = await runOne(bench);
  printOutcome(outcome);
  outcomes.push(outcome);
}
printVerdict(outcomes);
keepResults(outcomes, values.json);
