import { expectApp, readOperands, withDaemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { printable } from "#core/base";

/** `noos rm APP`. */
export async function remove(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const [app = ""] = readOperands(parsed, { command: "rm", names: ["APP"] });
  return withDaemon(parsed, async (daemon) => {
    await expectApp(daemon, app, "rm");
    await daemon.remove(app);
    terminal.out(`${printable(app)} is being removed; its secrets are kept\n`);
    return 0;
  });
}
