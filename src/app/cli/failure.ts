import type { Terminal } from "#app/cli/command";

/** How much of our own stack goes into the report of a defect. */
const framesMax = 6;

/** Says what went wrong, and answers the exit status that says it to programs. */
export async function reportFailure(error: unknown, terminal: Terminal): Promise<number> {
  const { exitStatus, statusOfError } = await import("#app/cli/command");
  const { PlatformError } = await import("#core/sys");
  if (error instanceof PlatformError) {
    terminal.err(`noos: ${error.message}\n      next: ${error.hint}\n`);
    return statusOfError(error.code);
  }
  const { versionLine } = await import("./version.ts");
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const [what = "", ...frames] = stack.split("\n");
  terminal.err(
    [
      `noos: a defect of noos itself: ${what}`,
      ...frames.slice(0, framesMax),
      `      ${versionLine()}      next: please report these lines, and the command that led here`,
      "",
    ].join("\n"),
  );
  return exitStatus.defect;
}
