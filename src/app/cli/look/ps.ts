import { type Daemon, expectApp, jsonList, readOperands, withDaemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { formatTree } from "#app/cli/show";
import { screenOf } from "./screen.ts";

/** `noos ps [APP]`. */
export async function ps(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const [app] = readOperands(parsed, { command: "ps", names: ["APP?"] });
  return withDaemon(parsed, (daemon) =>
    showTree(daemon, { app, isJson: parsed.flags.has("json") }, terminal),
  );
}

async function showTree(
  daemon: Daemon,
  { app, isJson }: { readonly app: string | undefined; readonly isJson: boolean },
  terminal: Terminal,
): Promise<number> {
  if (app !== undefined) await expectApp(daemon, app, "ps");
  const views = await daemon.processes(app);
  if (isJson) terminal.out(jsonList(views));
  else if (views.length > 0) terminal.out(formatTree(views, screenOf(terminal)));
  else terminal.err("noos: there is no app yet\n      next: noos deploy DIR\n");
  return 0;
}
