import { readOperands, withDaemon } from "#app/cli/ask";
import type { LoadCommands, ParsedArguments, Terminal } from "#app/cli/command";
import { PlatformError } from "#core/sys";
import type { ProcessView } from "#pool/api";
import { shellScripts } from "./shell-scripts.ts";

/** `noos completion bash|zsh|fish`; the scripts themselves ask it for names. */
export async function completion(
  parsed: ParsedArguments,
  terminal: Terminal,
  loadAll: LoadCommands,
): Promise<number> {
  const [word = ""] = readOperands(parsed, { command: "completion", names: ["bash|zsh|fish"] });
  if (word in names) {
    terminal.out(await askNames(word as keyof typeof names));
    return 0;
  }
  const script = Object.hasOwn(shellScripts, word)
    ? shellScripts[word as keyof typeof shellScripts]
    : undefined;
  if (script === undefined) {
    throw new PlatformError(`cannot completion: there is none for "${word}"`, {
      code: "USAGE",
      hint: `noos completion ${Object.keys(shellScripts).join(" | ")}`,
    });
  }
  terminal.out(script(await loadAll()));
  return 0;
}

/** What the scripts ask for. */
const names: Readonly<Record<"apps" | "paths" | "specs", (view: ProcessView) => string>> = {
  apps: ({ path }) => appOf(path),
  paths: ({ path }) => path,
  specs: ({ path, spec }) => (spec === undefined ? "" : `${appOf(path)}/${spec}`),
};

async function askNames(kind: keyof typeof names): Promise<string> {
  try {
    const views = await withDaemon({ flags: new Map() }, (daemon) => daemon.processes());
    const found = new Set(views.map(names[kind]).filter((name) => /^[\w./-]+$/.test(name)));
    return [...found].map((name) => `${name}\n`).join("");
  } catch (error) {
    // Somebody is typing; there is nothing to complete to.
    if (error instanceof PlatformError) return "";
    throw error;
  }
}

function appOf(path: string): string {
  return path.split("/")[0] ?? "";
}
