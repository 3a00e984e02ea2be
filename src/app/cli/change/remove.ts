import { setTimeout as sleep } from "node:timers/promises";
import { type Daemon, expectApp, readOperands, withDaemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { printable } from "#core/base";
import type { ProcessView, StatusView } from "#pool/api";

const lookMs = 50;

/** After so many looks, which is a second, it is said what is waited for. */
const quietLooks = 20;

/** So many of them are named. */
const namedMax = 5;

/** `noos rm APP`. */
export async function remove(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const [app = ""] = readOperands(parsed, { command: "rm", names: ["APP"] });
  return withDaemon(parsed, async (daemon) => {
    await expectApp(daemon, app, "rm");
    if (!parsed.flags.has("no-wait")) {
      return removeApp(daemon, app, { terminal, wait: () => sleep(lookMs, undefined) });
    }
    await daemon.remove(app);
    terminal.out(`${printable(app)} is being removed; its secrets are kept\n`);
    return 0;
  });
}

type AppStatus = StatusView["apps"][number];

/** Removes an app, and waits until nothing of it is left: its processes have their time to end. */
export async function removeApp(
  daemon: Pick<Daemon, "status" | "processes" | "remove">,
  app: string,
  { terminal, wait }: { readonly terminal: Terminal; readonly wait: () => Promise<void> },
): Promise<number> {
  const find = async (): Promise<AppStatus | undefined> =>
    (await daemon.status()).apps.find(({ name }) => name === app);
  const before = await find();
  await daemon.remove(app);
  // One that was deployed meanwhile is another one.
  const isLeft = async (): Promise<boolean> => {
    const left = await find();
    return left !== undefined && left.revision === before?.revision;
  };
  for (let looks = 1; await isLeft(); looks += 1) {
    if (looks === quietLooks) terminal.err(waitingLine(app, await daemon.processes()));
    await wait();
  }
  terminal.out(`${printable(app)} is removed; its secrets are kept\n`);
  return 0;
}

function waitingLine(app: string, views: readonly ProcessView[]): string {
  const ending = views
    .filter(
      ({ kind, path, state }) => kind === "process" && path.startsWith(`${app}/`) && !isDown(state),
    )
    .map(({ path }) => printable(path));
  const more = ending.length - namedMax;
  const named = [...ending.slice(0, namedMax), ...(more > 0 ? [`${more} more`] : [])];
  return `noos: waiting for the end of ${named.length === 0 ? printable(app) : named.join(", ")}\n`;
}

function isDown(state: ProcessView["state"]): boolean {
  return state === "idle" || state === "waiting" || state === "held" || state === "done";
}
