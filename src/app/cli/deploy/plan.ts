import { deployRequest, findUnset, identifyImages, readManifestFile } from "#app/cli/app-file";
import { jsonValue, readOperands, withDaemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { printLines } from "./print-lines.ts";

/** `noos plan [DIR|FILE]`. */
export async function plan(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const [operand = "."] = readOperands(parsed, { command: "plan", names: ["DIR|FILE?"] });
  const file = readManifestFile(operand);
  const images = await identifyImages(file);
  return withDaemon(parsed, async (daemon) => {
    const view = await daemon.plan(deployRequest(file, images));
    if (parsed.flags.has("json")) terminal.out(jsonValue(view));
    else printLines(view.text, terminal);
    const unset = await findUnset(daemon, file.manifest);
    if (unset !== undefined) {
      const { why, hint } = unset;
      terminal.err(`noos: a deploy would be refused: ${why}\n      next: ${hint}\n`);
    }
    return 0;
  });
}
