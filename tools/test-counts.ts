/** The closing lines of node's test runner: written, read back, and added up over several runs. */

export type TestCounts = {
  readonly tests: number;
  readonly suites: number;
  readonly passed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly skipped: number;
  readonly todo: number;
  readonly durationMs: number;
};

export const noTests: TestCounts = {
  tests: 0,
  suites: 0,
  passed: 0,
  failed: 0,
  cancelled: 0,
  skipped: 0,
  todo: 0,
  durationMs: 0,
};

/** The runner's word for each count, in the runner's order. */
const words: readonly (readonly [word: string, key: keyof TestCounts])[] = [
  ["tests", "tests"],
  ["suites", "suites"],
  ["pass", "passed"],
  ["fail", "failed"],
  ["cancelled", "cancelled"],
  ["skipped", "skipped"],
  ["todo", "todo"],
  ["duration_ms", "durationMs"],
];

export function formatClosingLines(counts: TestCounts): string {
  return words.map(([word, key]) => `ℹ ${word} ${Math.round(counts[key])}\n`).join("");
}

/** Splits what a run printed into its counts, all 0 if it ended without, and the rest. */
export function splitClosingLines(output: string): {
  readonly counts: TestCounts;
  readonly rest: string;
} {
  const found = new Map<string, number>();
  const rest = output.split("\n").filter((line) => {
    const [, word, count] = /^ℹ (\w+) (\d+)$/.exec(line) ?? [];
    if (word === undefined || !words.some(([known]) => known === word)) return true;
    found.set(word, Number(count));
    return false;
  });
  return { counts: fromEntries((word) => found.get(word) ?? 0), rest: rest.join("\n") };
}

export function addCounts(one: TestCounts, other: TestCounts): TestCounts {
  return fromEntries((_word, key) => one[key] + other[key]);
}

function fromEntries(count: (word: string, key: keyof TestCounts) => number): TestCounts {
  const sums = { ...noTests };
  for (const [word, key] of words) sums[key] = count(word, key);
  return sums;
}
