import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { projectFolder, runCommand } from "./command.ts";
import { splitClosingLines } from "./test-counts.ts";

/** Runs a test file of this text under our reporter. */
async function report(text: string, isolation: "none" | "process"): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "noos-reporter-"));
  try {
    const file = join(folder, "sample.test.mjs");
    writeFileSync(
      file,
      `import { suite, test } from "node:test";\nimport assert from "node:assert/strict";\n${text}`,
    );
    const reporter = join(projectFolder, "tools", "test-reporter.ts");
    const flags = [`--test-isolation=${isolation}`, `--test-reporter=${reporter}`];
    const result = await runCommand(["node", "--test", ...flags, file], {
      // A runner inside a runner would keep silent.
      env: { NODE_TEST_CONTEXT: undefined },
    });
    return result.output;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const isolation of ["none", "process"] as const) {
  suite(`test reporter, isolation ${isolation}`, () => {
    test("says nothing of a test that passes, and counts it", async () => {
      const output = await report(`suite("a", () => { test("b", () => {}); });`, isolation);
      const { counts, rest } = splitClosingLines(output);
      assert.equal(rest.trim(), "");
      assert.equal(counts.tests, 1);
      assert.equal(counts.passed, 1);
    });

    test("names a failing test with its suite, place and error", async () => {
      const output = await report(
        `suite("pipe", () => { test("closes", () => { assert.equal(1, 2, "one end"); }); });`,
        isolation,
      );
      const { counts, rest } = splitClosingLines(output);
      assert.match(
        rest,
        /✖ pipe › closes\n\s+.*sample\.test\.mjs:3:\d+\n\s+AssertionError.*one end/,
      );
      assert.doesNotMatch(rest, /node:internal|subtests? failed/);
      assert.equal(counts.failed, 1);
    });

    test("gives the reason of a skipped test", async () => {
      const output = await report(`test("b", { skip: "needs a server" }, () => {});`, isolation);
      assert.match(output, /skipped: b \(needs a server\)/);
      assert.equal(splitClosingLines(output).counts.skipped, 1);
    });

    test("shows a file that cannot be loaded", async () => {
      const output = await report(`import "./missing.mjs";`, isolation);
      assert.match(output, /missing\.mjs/);
      assert.notEqual(splitClosingLines(output).counts.passed, 1);
    });
  });
}
