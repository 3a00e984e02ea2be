import { jsonList, readOperands, withDaemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { formatCrashes } from "#app/cli/show";
import { screenOf } from "./screen.ts";

/** `noos crashes [APP]`. */
export async function crashes(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const [app] = readOperands(parsed, { command: "crashes", names: ["APP?"] });
  return withDaemon(parsed, async (daemon) => {
    const all = await daemon.crashes();
    // An app that is gone may have left some.
    const views = all.filter((crash) => app === undefined || crash.app === app);
    if (parsed.flags.has("json")) terminal.out(jsonList(views));
    else if (views.length > 0) terminal.out(formatCrashes(views, screenOf(terminal)));
    else if (app === undefined) terminal.err("noos: nothing has crashed\n");
    else terminal.err("noos: no crash of this app is kept\n");
    return 0;
  });
}
