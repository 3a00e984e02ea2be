import { type Daemon, readOperands, withDaemon } from "#app/cli/ask";
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
const names: Readonly<Record<"apps" | "paths" | "specs" | "queues", Lister>> = {
  apps: ofProcesses(({ path }) => appOf(path)),
  paths: ofProcesses(({ path }) => path),
  specs: ofProcesses(({ path, spec }) => (spec === undefined ? "" : `${appOf(path)}/${spec}`)),
  queues: async (daemon) => (await daemon.queues()).map(({ app, name }) => `${app}/${name}`),
};

type Lister = (daemon: Daemon) => Promise<readonly string[]>;

function ofProcesses(nameOf: (view: ProcessView) => string): Lister {
  return async (daemon) => (await daemon.processes()).map(nameOf);
}

async function askNames(kind: keyof typeof names): Promise<string> {
  try {
    const all = await withDaemon({ flags: new Map() }, names[kind]);
    const found = new Set(all.filter((name) => /^[\w./-]+$/.test(name)));
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
