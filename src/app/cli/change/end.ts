import { type Daemon, findPath, readOperands, withDaemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { printable } from "#core/base";
import type { ProcessView } from "#pool/api";

/** `noos end PATH`. */
export async function end(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  return withPath(parsed, "end", async (daemon, path, views) => {
    const parent = views.find((view) => view.path === path.slice(0, path.lastIndexOf("/")));
    await daemon.end(path);
    // Who was started by a program has no place that it could be held down at.
    const then =
      parent?.kind === "process"
        ? `${parent.path}, which started it, is told`
        : `it stays down until noos restart ${path}, or noos up`;
    terminal.out(`${printable(`${path} is ending; ${then}`)}\n`);
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
  act: (daemon: Daemon, path: string, views: readonly ProcessView[]) => Promise<void>,
): Promise<number> {
  const [typed = ""] = readOperands(parsed, { command, names: ["PATH"] });
  return withDaemon(parsed, async (daemon) => {
    const views = await daemon.processes();
    const paths = views.map(({ path }) => path);
    const path = findPath(paths, { typed, deed: command, what: "process or supervisor" });
    await act(daemon, path, views);
    return 0;
  });
}
