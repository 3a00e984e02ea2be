import { setTimeout as sleep } from "node:timers/promises";
import { type Daemon, findPath, readOperands, withDaemon } from "#app/cli/ask";
import { type ParsedArguments, type Terminal, valueError } from "#app/cli/command";
import { assert, printable } from "#core/base";
import type { ProcessView } from "#pool/api";
import { followOutput } from "./follow-output.ts";
import { ShownOutput } from "./shown-output.ts";

const periodMs = 250;

/** `noos output PATH`. */
export async function output(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const operands = { command: "output", names: ["PATH"] };
  const [typed = ""] = readOperands(parsed, operands);
  const after = readAfter(parsed);
  return withDaemon(parsed, async (daemon) => {
    const view = await findProcess(daemon, typed);
    const { path } = view;
    if (parsed.flags.has("json")) {
      terminal.out(`${JSON.stringify(await daemon.output(path, after))}\n`);
    } else if (parsed.flags.has("follow")) {
      terminal.err(whyRefused(view));
      const wait = (): Promise<boolean> => sleep(periodMs, true);
      await followOutput(daemon, path, { terminal, after: after ?? 0, wait });
    } else {
      await showOutput(daemon, view, { terminal, after });
    }
    return 0;
  });
}

async function findProcess(daemon: Daemon, typed: string): Promise<ProcessView> {
  const views = await daemon.processes();
  const processes = new Map(
    views.filter(({ kind }) => kind === "process").map((view) => [view.path, view]),
  );
  const path = findPath([...processes.keys()], { typed, deed: "output", what: "process" });
  const view = processes.get(path);
  assert(view !== undefined, "a path that was found is one of those it was sought among");
  return view;
}

function readAfter({ flags }: ParsedArguments): number | undefined {
  const found = flags.get("after")?.at(-1);
  if (found === undefined) return undefined;
  if (/^\d{1,15}$/.test(found)) return Number(found);
  const expected = "a number of bytes, as --json tells endBytes";
  throw valueError({ option: "after", found, command: "output", expected, code: "USAGE" });
}

/** Prints what a process wrote, and why it is not started where that was refused. */
export async function showOutput(
  daemon: Pick<Daemon, "output">,
  view: ProcessView,
  { terminal, after }: { readonly terminal: Terminal; readonly after?: number | undefined },
): Promise<void> {
  const shown = new ShownOutput(terminal, after);
  shown.print(await daemon.output(view.path, after));
  terminal.err(whyRefused(view));
}

const running: ReadonlySet<ProcessView["state"]> = new Set(["running", "ending"]);

/** A process that is refused writes nothing that would say why. */
function whyRefused({ path, state, lastEnd, lastEndHint }: ProcessView): string {
  if (lastEnd === undefined || lastEndHint === undefined || running.has(state)) return "";
  const name = printable(path);
  const then = state === "waiting" || state === "starting" ? "at once" : "again";
  return [
    `noos: "${name}" does not start: ${printable(lastEnd)}`,
    `      next: ${printable(lastEndHint)}; noos restart ${name} then starts it ${then}`,
    "",
  ].join("\n");
}
