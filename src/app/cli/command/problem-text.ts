import { printable } from "#core/base";
import type { PlatformError } from "#core/sys";

/** What a person is told of a problem: its lines, so that no terminal obeys them, and what next. */
export function problemText(problem: PlatformError): string {
  const lines = reportOf(problem)?.split("\n") ?? [`noos: ${problem.message}`];
  return [...lines.map(printable), `      next: ${printable(problem.hint)}`, ""].join("\n");
}

/** What is said over several lines, of a manifest or a script: found here, or by a daemon. */
function reportOf(error: object): string | undefined {
  const { report } = ("problem" in error ? error.problem : error) as { readonly report?: string };
  return report;
}
