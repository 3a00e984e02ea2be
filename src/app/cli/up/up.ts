import { packageVersion, type ParsedArguments, type Terminal } from "#app/cli/command";

import { formatDaemonAddress } from "#app/client";
import { type Daemon, startDaemon } from "#app/daemon";
import { printable } from "#core/base";
import { readUpOrder, type UpOrder } from "./order.ts";

/** Why the daemon is to end. */
type Wish = "Ctrl-C" | "SIGTERM" | "SIGHUP" | "noos down";

/** `noos up`: starts a daemon, says when it is ready, and ends it when somebody wants that. */
export async function up(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const order = readUpOrder(parsed, process.env);
  const say = (line: string): void => terminal.err(`noos: ${printable(line)}\n`);
  const wished = Promise.withResolvers<Wish>();
  listenToSignals(wished.resolve);
  const daemon = await startDaemon({
    ...order,
    version: packageVersion(),
    down: () => wished.resolve("noos down"),
    failed: (error) => say(`a defect, and what runs goes on: ${String(error)}`),
  });
  say(readyLine(order, daemon));
  const wish = await wished.promise;
  say(`${wish}: ending what runs; it comes back with the next noos up`);
  await daemon.close();
  return 0;
}

/** At the second word, this OS process ends at once, and its executors with it. */
function listenToSignals(wish: (why: Wish) => void): void {
  let isEnding = false;
  for (const [signal, why] of [
    ["SIGINT", "Ctrl-C"],
    ["SIGTERM", "SIGTERM"],
    ["SIGHUP", "SIGHUP"],
  ] as const) {
    process.on(signal, () => {
      if (isEnding) process.exit(0);
      isEnding = true;
      wish(why);
    });
  }
}

function readyLine({ addresses, dataFolder }: UpOrder, { ports }: Daemon): string {
  const places = addresses.map((address, index) =>
    formatDaemonAddress(
      address.kind === "tcp" ? { ...address, port: ports[index] ?? address.port } : address,
    ),
  );
  return `ready at ${places.join(" and ")}, state in ${dataFolder}`;
}
