/** How a rule's findings fail a test: as a list to work through, one line each. */
import assert from "node:assert/strict";

export function assertNone(problems: readonly string[]): void {
  const list = problems.map((problem) => `\n  ${problem}`).join("");
  assert.ok(problems.length === 0, `${problems.length} to put right:${list}`);
}
