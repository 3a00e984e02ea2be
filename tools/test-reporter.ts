/**
 * What node's test runner prints for us: nothing for a test that passes, everything for one that
 * fails, the reason for one that is skipped, and at the end the runner's own closing lines, which
 * `test-sections.ts` reads back to add them up.
 */
import { relative } from "node:path";
import type { EventData } from "node:test";
import type { TestEvent } from "node:test/reporters";
import { inspect } from "node:util";
import { projectFolder } from "./command.ts";
import { type TestCounts, formatClosingLines } from "./test-counts.ts";

/** A suite fails with its tests; saying so again helps nobody. */
const failuresOfParents = new Set<unknown>(["subtestsFailed"]);

/** Follows the runner into suites, so that a test can be named with those around it. */
class Lineage {
  readonly #namesByFile = new Map<string | undefined, string[]>();

  enter({ file, nesting, name }: EventData.TestStart): void {
    const names = this.#namesByFile.get(file) ?? [];
    this.#namesByFile.set(file, [...names.slice(0, nesting), name]);
  }

  fullName({ file, nesting, name }: EventData.TestFail | EventData.TestPass): string {
    const names = this.#namesByFile.get(file) ?? [];
    return [...names.slice(0, nesting), name].join(" › ");
  }
}

function formatPlace({ file, line, column }: EventData.TestFail): string {
  if (file === undefined) return "";
  return `${relative(projectFolder, file)}:${line ?? 1}:${column ?? 1}`;
}

/** The runner wraps what the test threw, and its frames below the test's own say nothing. */
function formatError(error: Error): string {
  const thrown = error.cause ?? error;
  // An assertion's message has all that its fields repeat.
  const isAssertion = thrown instanceof Error && thrown.name === "AssertionError";
  const text = isAssertion ? String(thrown.stack) : inspect(thrown, { depth: 4 });
  const lines = text
    .split("\n")
    .filter((line) => !/^\s+at .*\(?node:internal\/|^\s+at .*node:async_hooks/.test(line));
  return lines.map((line) => `    ${line}`).join("\n");
}

function formatFailure(failure: EventData.TestFail, fullName: string): string {
  const place = formatPlace(failure);
  return `✖ ${fullName}\n    ${place}\n${formatError(failure.details.error)}\n\n`;
}

function countTests({ counts, duration_ms: durationMs }: EventData.TestSummary): TestCounts {
  const { tests, suites, passed, cancelled, skipped, todo } = counts;
  const failed = tests - passed - cancelled - skipped - todo;
  return { tests, suites, passed, failed, cancelled, skipped, todo, durationMs };
}

/** The form that node asks of a reporter: a default export that turns events into text. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const lineage = new Lineage();
  for await (const { type, data } of events) {
    if (type === "test:start") lineage.enter(data);
    if (type === "test:stdout" || type === "test:stderr") yield data.message;
    if (type === "test:pass" && data.skip !== undefined) {
      const reason = typeof data.skip === "string" ? data.skip : "no reason given";
      yield `﹣ skipped: ${lineage.fullName(data)} (${reason})\n`;
    }
    if (type === "test:fail" && !failuresOfParents.has(failureType(data))) {
      yield formatFailure(data, lineage.fullName(data));
    }
    // Isolated files have a summary each; only that of the whole run names none.
    if (type === "test:summary" && data.file === undefined) {
      yield formatClosingLines(countTests(data));
    }
  }
}

function failureType({ details }: EventData.TestFail): unknown {
  return "failureType" in details.error ? details.error.failureType : undefined;
}
