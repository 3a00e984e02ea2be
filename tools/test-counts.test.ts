import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  type TestCounts,
  addCounts,
  formatClosingLines,
  noTests,
  splitClosingLines,
} from "./test-counts.ts";

const counts: TestCounts = {
  tests: 7,
  suites: 2,
  passed: 3,
  failed: 1,
  cancelled: 1,
  skipped: 1,
  todo: 1,
  durationMs: 250,
};

suite("test counts", () => {
  test("are written in the words of node's runner", () => {
    assert.equal(
      formatClosingLines(counts),
      "ℹ tests 7\nℹ suites 2\nℹ pass 3\nℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 1\n" +
        "ℹ duration_ms 250\n",
    );
  });

  test("are read back from between what the tests printed", () => {
    const output = `✖ a test\nℹ tests of mine\n${formatClosingLines(counts)}late words\n`;
    assert.deepEqual(splitClosingLines(output), {
      counts,
      rest: "✖ a test\nℹ tests of mine\nlate words\n",
    });
  });

  test("are all zero for a run that ended without them", () => {
    assert.deepEqual(splitClosingLines("Segmentation fault\n").counts, noTests);
  });

  test("are added up over runs", () => {
    assert.deepEqual(addCounts(counts, { ...noTests, tests: 3, passed: 3, durationMs: 50 }), {
      ...counts,
      tests: 10,
      passed: 6,
      durationMs: 300,
    });
  });
});
