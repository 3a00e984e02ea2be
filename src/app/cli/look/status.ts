import { readOperands, jsonValue, withDaemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { formatStatus } from "#app/cli/show";
import { screenOf } from "./screen.ts";

/** `noos status`. */
export async function status(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  readOperands(parsed, { command: "status", names: [] });
  return withDaemon(parsed, async (daemon) => {
    const view = await daemon.status();
    const isJson = parsed.flags.has("json");
    terminal.out(isJson ? jsonValue(view) : formatStatus(view, screenOf(terminal)));
    return 0;
  });
}
