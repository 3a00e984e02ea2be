/**
 * The gate that every commit passes: `npm run check`, or `node tools/check.ts lint types` for the
 * named steps only. A step is a row; rows run two at a time, the longest first, and print one line
 * each. What a failing step printed follows below all lines.
 */
import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { type CommandResult, formatSeconds, runCommand } from "./command.ts";
import { type TestSection, runTests, testSections } from "./test-sections.ts";

type Step = {
  readonly name: string;
  readonly run: () => Promise<CommandResult>;
};

const steps: readonly Step[] = [
  command("lint", ["oxlint", "--type-aware", "--deny-warnings"]),
  tests("unit"),
  command("dead-code", ["knip", "--no-progress"]),
  tests("architecture"),
  command("types-node", ["tsc", "-p", "tsconfig.json"]),
  command("types-pure", ["tsc", "-p", "tsconfig.pure.json"]),
  command("format", ["oxfmt", "--check"]),
];

function command(name: string, argv: readonly [string, ...string[]]): Step {
  return { name, run: () => runCommand(argv) };
}

function tests(name: TestSection["name"]): Step {
  const [section] = testSections.filter((candidate) => candidate.name === name);
  assert(section !== undefined, "every name of the type has its row");
  return { name, run: () => runTests(section) };
}

/** Of each failing step. A step may be run alone, and its command by hand. */
const linesShownMax = 100;

/** "types" names both "types-node" and "types-pure". */
function selectSteps(names: readonly string[]): readonly Step[] {
  const isNamed = (step: Step, name: string): boolean =>
    step.name === name || step.name.startsWith(`${name}-`);
  const unknown = names.filter((name) => !steps.some((step) => isNamed(step, name)));
  if (unknown.length > 0) {
    console.error(`check: no step is called ${unknown.map((name) => `"${name}"`).join(", ")}`);
    console.error(`       steps: ${steps.map((step) => step.name).join(", ")}`);
    process.exit(2);
  }
  return names.length === 0 ? steps : steps.filter((s) => names.some((name) => isNamed(s, name)));
}

async function runStep(
  step: Step,
): Promise<{ readonly step: Step; readonly result: CommandResult }> {
  const result = await step.run();
  const mark = result.status === 0 ? "✓" : "✗";
  console.log(`${mark} ${step.name.padEnd(12)} ${formatSeconds(result.elapsedMs).padStart(7)}`);
  return { step, result };
}

const startedAt = performance.now();
const waiting = [...selectSteps(process.argv.slice(2))];
const failures: { readonly step: Step; readonly result: CommandResult }[] = [];
const lanes = Array.from({ length: Math.min(availableParallelism(), 4) }, async () => {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    const done = await runStep(step);
    if (done.result.status !== 0) failures.push(done);
  }
});
await Promise.all(lanes);

for (const { step, result } of failures) {
  console.log(`\n── ${step.name} ${"─".repeat(Math.max(0, 96 - step.name.length))}`);
  const lines = result.output.trimEnd().split("\n");
  console.log(lines.slice(0, linesShownMax).join("\n"));
  if (lines.length > linesShownMax) {
    console.log(
      `… ${lines.length - linesShownMax} more lines; alone: node tools/check.ts ${step.name}`,
    );
  }
}
const verdict = failures.length === 0 ? "passed" : `${failures.length} failed`;
console.log(`\ncheck: ${verdict}, ${formatSeconds(performance.now() - startedAt)}`);
process.exitCode = failures.length === 0 ? 0 : 1;
