import { packageVersion, type ParsedArguments, type Terminal } from "#app/cli/command";
import { formatDaemonAddress } from "#app/client";
import { checkApp, deploy } from "#app/cli/deploy";
import {
  type Daemon,
  type GivenUp,
  giveUpKey,
  type Repair,
  type Repairs,
  repairState,
  startDaemon,
} from "#app/daemon";
import { printable } from "#core/base";
import { readUpOrder, type UpOrder } from "./order.ts";
import { listenToSignals, type Wish } from "./signals.ts";

/** `noos up`: starts a daemon, says when it is ready, and ends it when somebody wants that. */
export async function up(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const order = readUpOrder(parsed, process.env);
  // What runs already is not started for the sake of an app that cannot be, and then ended with it.
  if (order.app !== undefined) await checkApp(order.app);
  const say = (line: string): void => terminal.err(`noos: ${printable(line)}\n`);
  const wished = Promise.withResolvers<Wish>();
  listenToSignals(wished.resolve);
  if (order.isRepaired) for (const line of repairLines(repairState(order.dataFolder))) say(line);
  if (order.isKeyGivenUp) say(newKeyLine(giveUpKey(order.dataFolder)));
  const daemon = await startDaemon({
    ...order,
    version: packageVersion(),
    down: () => wished.resolve("noos down"),
    failed: (error) => say(`a defect, and what runs goes on: ${String(error)}`),
  });
  say(readyLine(order, daemon));
  const { http } = daemon.waysIn;
  if (order.http !== undefined && http.kind === "closed") {
    say(`requests have no way in: ${http.why}; next: noos up --http ADDRESS:PORT`);
  }
  if (order.app !== undefined) {
    const status = await deployApp(order.app, order, terminal).catch(async (error: unknown) => {
      await daemon.close();
      throw error;
    });
    if (status !== 0) say("the daemon goes on, and tries again what does not stay up");
  }
  const wish = await wished.promise;
  say(`${wish}: ending what runs; it comes back with the next noos up`);
  await daemon.close();
  return 0;
}

/** As `noos deploy DIR` would, from another terminal. */
function deployApp(
  app: string,
  { addresses: [address] }: UpOrder,
  terminal: Terminal,
): Promise<number> {
  const at = address?.kind === "unix" ? [`unix:${address.path}`] : [];
  return deploy({ flags: new Map([["at", at]]), positionals: [app] }, terminal);
}

function repairLines({ state, queues }: Repairs): readonly string[] {
  return [repairLine(state), ...(queues === undefined ? [] : [`queues ${repairLine(queues)}`])];
}

function repairLine({ copy, keptCount, lostCount }: Repair): string {
  const lost = lostCount === undefined ? "an unknown number" : `${lostCount}`;
  return `repaired: ${keptCount} entries kept, ${lost} lost; the damaged file is "${copy}"`;
}

function newKeyLine(given: GivenUp | undefined): string {
  if (given === undefined) return "the key can be used, and stays as it is";
  const { secrets, crashCount } = given;
  const names = secrets.length === 0 ? "no secrets" : `the secrets ${secrets.join(", ")}`;
  return `a new key is made; given up are ${names}; recorded crashes removed: ${crashCount}`;
}

function readyLine({ addresses, dataFolder }: UpOrder, { ports, waysIn }: Daemon): string {
  const places = addresses.map((address, index) =>
    formatDaemonAddress(
      address.kind === "tcp" ? { ...address, port: ports[index] ?? address.port } : address,
    ),
  );
  const urls = [waysIn.http, waysIn.https].flatMap((way) => (way.kind === "open" ? [way.url] : []));
  const requests = urls.length === 0 ? "" : `requests at ${urls.join(" and ")}, `;
  return `ready at ${places.join(" and ")}, ${requests}state in ${dataFolder}`;
}
