import { type Daemon, findPath, readOperands, withDaemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { printable } from "#core/base";

/** `noos end PATH`. */
export async function end(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  return withPath(parsed, "end", async (daemon, path) => {
    await daemon.end(path);
    terminal.out(
      `${printable(path)} is ending; it stays down until noos restart ${path}, or noos up\n`,
    );
  });
}

/** `noos restart PATH`. */
export async function restart(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  return withPath(parsed, "restart", async (daemon, path) => {
    await daemon.restart(path);
    terminal.out(`${printable(path)} is being restarted\n`);
  });
}

/** Does something to the one process or supervisor that is meant. */
async function withPath(
  parsed: ParsedArguments,
  command: string,
  act: (daemon: Daemon, path: string) => Promise<void>,
): Promise<number> {
  const [typed = ""] = readOperands(parsed, { command, names: ["PATH"] });
  return withDaemon(parsed, async (daemon) => {
    const views = await daemon.processes();
    const paths = views.map(({ path }) => path);
    await act(daemon, findPath(paths, { typed, deed: command, what: "process or supervisor" }));
    return 0;
  });
}
