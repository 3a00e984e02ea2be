import { setTimeout as sleep } from "node:timers/promises";
import { type Daemon, findPath, readOperands, withDaemon } from "#app/cli/ask";
import { type ParsedArguments, type Terminal, valueError } from "#app/cli/command";

const periodMs = 250;

/** A character that was begun, and not gone on with in so many looks, is shown as none. */
const heldLooksMax = 4;
const noCharacter = "\ufffd";

/** `noos output PATH`. */
export async function output(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const operands = { command: "output", names: ["PATH"] };
  const [typed = ""] = readOperands(parsed, operands);
  const after = readAfter(parsed);
  return withDaemon(parsed, async (daemon) => {
    const path = await findProcess(daemon, typed);
    if (parsed.flags.has("json")) {
      terminal.out(`${JSON.stringify(await daemon.output(path, after))}\n`);
      return 0;
    }
    if (!parsed.flags.has("follow")) return showOutput(daemon, path, { terminal, after });
    const wait = (): Promise<boolean> => sleep(periodMs, true);
    return showOutput(daemon, path, { terminal, after: after ?? 0, wait });
  });
}

async function findProcess(daemon: Daemon, typed: string): Promise<string> {
  const views = await daemon.processes();
  const paths = views.filter(({ kind }) => kind === "process").map(({ path }) => path);
  return findPath(paths, { typed, deed: "output", what: "process" });
}

function readAfter({ flags }: ParsedArguments): number | undefined {
  const found = flags.get("after")?.at(-1);
  if (found === undefined) return undefined;
  if (/^\d{1,15}$/.test(found)) return Number(found);
  const expected = "a number of bytes, as --json tells endBytes";
  throw valueError({ option: "after", found, command: "output", expected, code: "USAGE" });
}

const stop = (): Promise<boolean> => Promise.resolve(false);

/**
 * Prints what a process wrote after so many bytes, and for as long as `wait` says so, what it goes
 * on to write; without `after` all that is kept, also a character that is not whole yet.
 */
export async function showOutput(
  daemon: Pick<Daemon, "output">,
  path: string,
  {
    terminal,
    after,
    wait = stop,
  }: {
    readonly terminal: Terminal;
    readonly after: number | undefined;
    readonly wait?: () => Promise<boolean>;
  },
): Promise<number> {
  let seenBytes = after;
  let heldLooks = 0;
  do {
    const { text, startBytes, endBytes, heldBytes } = await daemon.output(path, seenBytes);
    // Of an executor that runs it now, and whose count begins anew, all is new.
    const fromBytes = seenBytes === undefined || endBytes < seenBytes ? 0 : seenBytes;
    const lostBytes = startBytes - fromBytes;
    if (lostBytes > 0) terminal.err(`noos: ${lostBytes} bytes before this are not kept\n`);
    if (text !== "") terminal.out(text);
    seenBytes = endBytes;
    heldLooks = heldBytes > 0 && text === "" ? heldLooks + 1 : 0;
    if (heldLooks < heldLooksMax) continue;
    terminal.out(noCharacter);
    seenBytes += heldBytes;
    heldLooks = 0;
  } while (terminal.hasReader && (await wait()));
  return 0;
}
