import { setTimeout as sleep } from "node:timers/promises";
import { type Daemon, readOperands, withDaemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { PlatformError } from "#core/sys";

const lookMs = 50;

/** `noos down`. */
export async function down(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  readOperands(parsed, { command: "down", names: [] });
  return withDaemon(parsed, (daemon) =>
    endDaemon(daemon, { terminal, wait: () => sleep(lookMs, undefined) }),
  );
}

/** Ends the daemon, and waits until it is gone: its processes have their time to end. */
export async function endDaemon(
  daemon: Pick<Daemon, "status" | "down">,
  { terminal, wait }: { readonly terminal: Terminal; readonly wait: () => Promise<void> },
): Promise<number> {
  const { pid } = await daemon.status();
  await daemon.down();
  while (await isThere(daemon, pid)) await wait();
  terminal.out("noos is down; what was deployed runs again with noos up\n");
  return 0;
}

/** Another one may have begun in its place already. */
async function isThere(daemon: Pick<Daemon, "status">, pid: number): Promise<boolean> {
  try {
    return (await daemon.status()).pid === pid;
  } catch (error) {
    if (error instanceof PlatformError && error.code === "DAEMON_UNREACHABLE") return false;
    throw error;
  }
}
