import type { Daemon } from "#app/cli/ask";
import type { Terminal } from "#app/cli/command";
import { type ErrorCode, PlatformError } from "#core/sys";
import { ShownOutput } from "./shown-output.ts";

/**
 * Prints what a process wrote after so many bytes, and for as long as `wait` says so, what it goes
 * on to write. A daemon that is gone is waited for; of one that began anew, all is new.
 */
export async function followOutput(
  daemon: Pick<Daemon, "output" | "position" | "events">,
  path: string,
  {
    terminal,
    after,
    wait,
  }: {
    readonly terminal: Terminal;
    readonly after: number;
    readonly wait: () => Promise<boolean>;
  },
): Promise<void> {
  const shown = new ShownOutput(terminal, after);
  let position = await daemon.position();
  let isGone = false;
  do {
    try {
      if (isGone && !(await isKept(daemon, position))) {
        position = await daemon.position();
        shown.beginAnew();
        terminal.err("noos: the daemon began anew; what was written meanwhile may be missing\n");
      }
      isGone = false;
      shown.print(await daemon.output(path, shown.seenBytes));
    } catch (error) {
      if (!hasCode(error, "DAEMON_UNREACHABLE", "DAEMON_BUSY")) throw error;
      isGone = true;
    }
  } while (terminal.hasReader && (await wait()));
}

/** Whether it is still the daemon that told this position: another one does not know it. */
async function isKept(daemon: Pick<Daemon, "events">, position: string): Promise<boolean> {
  try {
    for await (const _ of daemon.events({ after: position, follow: false })) break;
    return true;
  } catch (error) {
    if (hasCode(error, "POSITION_UNKNOWN")) return false;
    throw error;
  }
}

function hasCode(error: unknown, ...codes: readonly ErrorCode[]): boolean {
  return error instanceof PlatformError && codes.includes(error.code);
}
