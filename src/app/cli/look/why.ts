import { type Daemon, findPath, jsonList, readOperands, withDaemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { printable } from "#core/base";
import { formatFindings } from "#app/cli/show";
import { screenOf } from "./screen.ts";

/** `noos why PATH`. */
export async function why(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const [typed = ""] = readOperands(parsed, { command: "why", names: ["PATH"] });
  return withDaemon(parsed, async (daemon) => {
    const path = await findProcess(daemon, typed);
    const { isServing, findings } = await daemon.why(path);
    if (parsed.flags.has("json")) terminal.out(jsonList(findings));
    else if (findings.length > 0) terminal.out(formatFindings(findings, screenOf(terminal)));
    else if (isServing) terminal.err("noos: nothing was decided yet, for nobody has called\n");
    else terminal.err(`noos: ${printable(path)} serves no requests, so nothing scales it\n`);
    return 0;
  });
}

async function findProcess(daemon: Daemon, typed: string): Promise<string> {
  const views = await daemon.processes();
  const paths = views.filter(({ kind }) => kind === "process").map(({ path }) => path);
  return findPath(paths, { typed, deed: "why", what: "process" });
}
