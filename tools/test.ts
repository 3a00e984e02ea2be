/**
 * `npm test`: makes sure that the machine has what the tests need, runs every section that has
 * files, and closes with the test runner's own lines, added up. `node tools/test.ts unit` runs
 * only the named sections, on the machine as it is.
 */
import { formatSeconds } from "./command.ts";
import { addCounts, formatClosingLines, noTests } from "./test-counts.ts";
import { type TestSection, findTestFiles, runTests, testSections } from "./test-sections.ts";
import { prepareToolchain } from "./toolchain.ts";

function selectSections(names: readonly string[]): readonly TestSection[] {
  const unknown = names.filter((name) => !testSections.some((section) => section.name === name));
  if (unknown.length > 0) {
    console.error(`test: no section is called ${unknown.map((name) => `"${name}"`).join(", ")}`);
    console.error(`      sections: ${testSections.map((section) => section.name).join(", ")}`);
    process.exit(2);
  }
  const selected = testSections.filter(
    (section) => names.length === 0 || names.includes(section.name),
  );
  return selected.filter((section) => findTestFiles(section).length > 0);
}

const names = process.argv.slice(2);
const sections = selectSections(names);
if (names.length === 0) await prepareToolchain();

let counts = noTests;
let failedCount = 0;
for (const section of sections) {
  const run = await runTests(section);
  counts = addCounts(counts, run.counts);
  if (run.status !== 0) failedCount += 1;
  const mark = run.status === 0 ? "✓" : "✗";
  const time = formatSeconds(run.elapsedMs).padStart(8);
  console.log(`${mark} ${section.name.padEnd(12)} ${time}  ${run.counts.tests} tests`);
  if (run.output.trim() !== "") console.log(`\n${run.output.trimEnd()}\n`);
}
console.log(`\n${formatClosingLines(counts)}`.trimEnd());
process.exitCode = failedCount === 0 ? 0 : 1;
