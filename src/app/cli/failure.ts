import type { Terminal } from "#app/cli/command";

/** How much of our own stack goes into the report of a defect. */
const framesMax = 6;

/** Says what went wrong, and answers the exit status that says it to programs. */
export async function reportFailure(error: unknown, terminal: Terminal): Promise<number> {
  const { exitStatus, problemText, statusOfError } = await import("#app/cli/command");
  const { PlatformError } = await import("#core/sys");
  const { printable } = await import("#core/base");
  if (error instanceof PlatformError) {
    terminal.err(problemText(error));
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
