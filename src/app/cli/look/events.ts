import { type Daemon, readOperands, withDaemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { eventLine } from "#app/cli/show";
import { PlatformError } from "#core/sys";

/** `noos events`. */
export async function events(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  readOperands(parsed, { command: "events", names: [] });
  const [after] = parsed.flags.get("after") ?? [];
  const line = parsed.flags.has("json")
    ? (event: object): string => JSON.stringify(event)
    : undefined;
  return withDaemon(parsed, async (daemon) => {
    const show = parsed.flags.has("follow") ? followEvents : showKept;
    return show(daemon, { after, line }, terminal);
  });
}

interface Showing {
  readonly after: string | undefined;
  /** Instead of the line for people. */
  readonly line: ((event: object) => string) | undefined;
}

/** Prints what is kept, after a position or all of it. */
async function showKept(
  daemon: Pick<Daemon, "events">,
  { after = oldest, line }: Showing,
  terminal: Terminal,
): Promise<number> {
  for await (const event of daemon.events({ after, follow: false })) {
    terminal.out(`${line?.(event) ?? eventLine(event, terminal)}\n`);
  }
  return 0;
}

/** Where all that a daemon keeps comes after. */
const oldest = "oldest";

/**
 * Prints what happens from now on, or after a position. A daemon that is gone is waited for; of
 * one that began anew, all is new.
 */
export async function followEvents(
  daemon: Pick<Daemon, "events">,
  { after, line }: Showing,
  terminal: Terminal,
): Promise<number> {
  let isFirst = after !== undefined;
  for (let from = after; ; from = oldest) {
    try {
      const begin = from === undefined ? {} : { after: from };
      for await (const event of daemon.events({ ...begin, reconnectMs: Infinity })) {
        isFirst = false;
        terminal.out(`${line?.(event) ?? eventLine(event, terminal)}\n`);
        if (!terminal.hasReader) break;
      }
      return 0;
    } catch (error) {
      const isLost = error instanceof PlatformError && error.code === "POSITION_UNKNOWN";
      // The position that somebody gave is theirs to mend.
      if (!isLost || isFirst) throw error;
      terminal.err("noos: the daemon began anew; what happened meanwhile may be missing\n");
    }
  }
}
