import type { Command, Terminal } from "#app/cli/command";
import { reportFailure } from "./failure.ts";

/** Does what the words after `noos` say, and answers the exit status. Never throws. */
export async function dispatch(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await follow(words, terminal);
  } catch (error) {
    return reportFailure(error, terminal);
  }
}

async function follow(words: readonly string[], terminal: Terminal): Promise<number> {
  const [first, ...rest] = words;
  switch (first) {
    case undefined:
      terminal.err(await helpFor(undefined));
      return (await import("#app/cli/command")).exitStatus.usage;
    case "help":
    case "--help":
    case "-h":
      terminal.out(await helpFor(rest[0]));
      return 0;
    case "--version":
    case "-V": {
      const { versionLine } = await import("#app/cli/command");
      terminal.out(versionLine());
      return 0;
    }
    default:
      return runCommand(await load(first), rest, terminal);
  }
}

async function runCommand(
  command: Command,
  words: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { commandHelp, parseArguments } = await import("#app/cli/command");
  const parsed = parseArguments(command, words);
  if (!parsed.flags.has("help")) return command.run(parsed, terminal, loadAll);
  terminal.out(commandHelp(command));
  return 0;
}

async function helpFor(name: string | undefined): Promise<string> {
  const { commandHelp, overview } = await import("#app/cli/command");
  if (name !== undefined) return commandHelp(await load(name));
  const { loadGroups } = await import("#app/cli/commands");
  return overview(await loadGroups());
}

async function loadAll(): Promise<readonly Command[]> {
  const { loadGroups } = await import("#app/cli/commands");
  return (await loadGroups()).flatMap(({ commands }) => commands);
}

async function load(name: string): Promise<Command> {
  const { commands } = await import("#app/cli/commands");
  const row = commands.find((candidate) => candidate.name === name);
  if (row !== undefined) return row.load();
  const { nearest } = await import("#core/base");
  const { PlatformError } = await import("#core/sys");
  const near = nearest(
    name,
    commands.map((candidate) => candidate.name),
  );
  const isFile = /\.(?:wasm|tar)\b/.test(name);
  const meant = isFile ? `run ${name}` : (near ?? "--help");
  throw new PlatformError(`there is no command "${name}"`, {
    code: "USAGE",
    hint: `noos ${meant}`,
  });
}
