import type { Terminal } from "#app/cli/command";

/** How much of our own stack goes into the report of a defect. */
const framesMax = 6;

/** Says what went wrong, and answers the exit status that says it to programs. */
export async function reportFailure(error: unknown, terminal: Terminal): Promise<number> {
  const { exitStatus, statusOfError } = await import("#app/cli/command");
  const { PlatformError } = await import("#core/sys");
  const { printable } = await import("#core/base");
  if (error instanceof PlatformError) {
    const report = reportOf(error)?.split("\n").map(printable).join("\n");
    const said = report ?? `noos: ${printable(error.message)}`;
    terminal.err(`${said}\n      next: ${printable(error.hint)}\n`);
    return statusOfError(error.code);
  }
  const { versionLine } = await import("#app/cli/command");
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const [what = "", ...frames] = stack.split("\n");
  terminal.err(
    [
      `noos: a defect of noos itself: ${printable(what)}`,
      ...frames.slice(0, framesMax).map(printable),
      `      ${versionLine()}      next: please report these lines, and the command that led here`,
      "",
    ].join("\n"),
  );
  return exitStatus.defect;
}

/** What is said over several lines, of a manifest or a script: found here, or by a daemon. */
function reportOf(error: object): string | undefined {
  const { report } = ("problem" in error ? error.problem : error) as { readonly report?: string };
  return report;
}
