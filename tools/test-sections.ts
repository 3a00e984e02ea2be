/**
 * The sections of the test suite and how one is run: node's own test runner in a process of its
 * own, so that a section that hangs or takes its process along is a failed section and no more.
 */
import { globSync } from "node:fs";
import { type CommandResult, projectFolder, runCommand } from "./command.ts";
import { type TestCounts, noTests, splitClosingLines } from "./test-counts.ts";

export type TestSection = {
  readonly name: "unit" | "architecture" | "conformance" | "simulation" | "journeys" | "torture";
  readonly patterns: readonly string[];
  /** A process for each file costs 0.1 s; only tests of the whole program are worth it. */
  readonly isIsolated: boolean;
  readonly timeLimitMs: number;
};

const minuteMs = 60_000;

/**
 * The limits add up to less than the promised 15 minutes, shared out as the time that each takes:
 * a machine that is five times as slow as ours still comes to an end by itself.
 */
export const testSections: readonly TestSection[] = [
  {
    name: "unit",
    patterns: [
      "src/**/*.test.ts",
      "tools/**/*.test.ts",
      "guests/**/*.test.ts",
      "test/bench/**/*.test.ts",
    ],
    isIsolated: false,
    timeLimitMs: 4 * minuteMs,
  },
  {
    name: "architecture",
    patterns: ["test/architecture/**/*.test.ts"],
    isIsolated: false,
    timeLimitMs: 0.5 * minuteMs,
  },
  {
    name: "conformance",
    patterns: ["test/conformance/**/*.test.ts", "test/script/**/*.test.ts"],
    isIsolated: false,
    timeLimitMs: 4 * minuteMs,
  },
  {
    name: "simulation",
    patterns: ["test/simulation/**/*.test.ts", "test/fuzz/**/*.test.ts"],
    isIsolated: false,
    timeLimitMs: 3 * minuteMs,
  },
  {
    name: "journeys",
    patterns: ["test/journeys/**/*.test.ts"],
    isIsolated: true,
    timeLimitMs: 7 * minuteMs,
  },
  {
    name: "torture",
    patterns: ["test/torture/**/*.test.ts"],
    isIsolated: true,
    timeLimitMs: 4.5 * minuteMs,
  },
];

/** What a section printed, without the closing lines, which became `counts`. */
export type TestRun = CommandResult & { readonly counts: TestCounts };

export function findTestFiles(section: TestSection): readonly string[] {
  const exclude = ["**/node_modules/**"];
  return globSync([...section.patterns], { cwd: projectFolder, exclude }).sort();
}

/** A run that ended well without one test is a failed run: something was not found. */
export async function runTests(section: TestSection): Promise<TestRun> {
  const files = findTestFiles(section);
  if (files.length === 0) {
    // Node's runner would look for tests by itself.
    const output = `no file is called ${section.patterns.join(" or ")}`;
    return { status: 1, output, elapsedMs: 0, counts: noTests };
  }
  const result = await runCommand(
    [
      "node",
      "--disable-warning=ExperimentalWarning",
      "--test",
      `--test-isolation=${section.isIsolated ? "process" : "none"}`,
      // Half the section's time, so that a test that hangs is still named.
      `--test-timeout=${section.timeLimitMs / 2}`,
      "--test-reporter=./tools/test-reporter.ts",
      ...files,
    ],
    { timeLimitMs: section.timeLimitMs },
  );
  const { counts, rest } = splitClosingLines(result.output);
  if (result.status === 0 && counts.tests === 0) {
    return { ...result, counts, status: 1, output: `${rest}\nno test has run` };
  }
  return { ...result, counts, output: rest };
}
