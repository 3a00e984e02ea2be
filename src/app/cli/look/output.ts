import { setTimeout as sleep } from "node:timers/promises";
import { type Daemon, findPath, readOperands, withDaemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { NewOutput } from "#app/cli/show";

const periodMs = 250;

/** `noos output PATH`. */
export async function output(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const operands = { command: "output", names: ["PATH"] };
  const [typed = ""] = readOperands(parsed, operands);
  return withDaemon(parsed, async (daemon) => {
    const path = await findProcess(daemon, typed);
    if (parsed.flags.has("json")) {
      terminal.out(`${JSON.stringify(await daemon.output(path))}\n`);
      return 0;
    }
    const wait = (): Promise<boolean> => sleep(periodMs, true);
    return showOutput(daemon, path, { terminal, wait: parsed.flags.has("follow") ? wait : stop });
  });
}

async function findProcess(daemon: Daemon, typed: string): Promise<string> {
  const views = await daemon.processes();
  const paths = views.filter(({ kind }) => kind === "process").map(({ path }) => path);
  return findPath(paths, { typed, deed: "output", what: "process" });
}

const stop = (): Promise<boolean> => Promise.resolve(false);

/** Prints what a process wrote, and for as long as `wait` says so, what it goes on to write. */
export async function showOutput(
  daemon: Pick<Daemon, "output">,
  path: string,
  { terminal, wait }: { readonly terminal: Terminal; readonly wait: () => Promise<boolean> },
): Promise<number> {
  const fresh = new NewOutput();
  do {
    const { lostBytes, bytes } = fresh.of(await daemon.output(path));
    if (lostBytes > 0) terminal.err(`noos: ${lostBytes} bytes before this are not kept\n`);
    if (bytes.length > 0) terminal.out(bytes);
  } while (terminal.hasReader && (await wait()));
  return 0;
}
