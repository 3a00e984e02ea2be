/**
 * An executor: the OS process that runs processes for a daemon, and nothing else.
 *
 * Knows: the messages between the two, and which adapters stand behind a process. It does its work
 * when it is started as a child of a daemon, which `#adapters/node/executors` does.
 * Must hold: when the daemon is gone, so is this, and all it runs; what it does not know is the
 * daemon's to decide.
 * Never imports: a command, the pool's control.
 * Start reading at `population.ts`.
 */
import type { Lent } from "#adapters/node/executors";
import type { SealingKey } from "#adapters/node/crashes";
import { Hops } from "#adapters/node/hop";
import {
  collectNow,
  diskBlobs,
  giveBackWhenIdle,
  heldMemory,
  keepTickShape,
  loopBusyNs,
  nodeExecutor,
  nodeOutside,
  setCallStack,
} from "#adapters/node";
import { defaultLimits } from "#core/sys";
import { Launcher } from "#core/system";
import type { CrashRecord, ExecutorEvent, ExecutorOrder } from "#pool/host";
import { Commons } from "#pool/scale/governor";
import type { IncomingRequest } from "#core/host/traffic";
import { type Door, openDoors, openHopFront, TcpDoors } from "#app/executor/doors";
import { Flights } from "./flights.ts";
import { Images } from "./images.ts";
import { Population } from "./population.ts";
import { Servings } from "./servings.ts";
import { Tails } from "./tails.ts";
import { UnlistedBook } from "#app/executor/unlisted";

export type { Door };

/** What the daemon says first. It is a message and no argument, which others could read. */
export interface ExecutorStart {
  readonly doors: readonly Door[];
  /** Where it is to take requests from other executors. */
  readonly socket: string;
  /** Folders of the daemon's data. */
  readonly images: string;
  /** Where prepared programs are kept. */
  readonly cache: string;
  /** Where recordings of processes go that failed, and what they are sealed with. */
  readonly crashes: { readonly folder: string; readonly key: SealingKey };
}

if (process.send !== undefined) {
  // However the daemon ended: nothing it looked after is to outlive it.
  process.on("disconnect", () => process.exit(0));
  // A terminal sends its signals to all of its processes; the daemon says when to end.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => undefined);
  process.once("message", (start) => work(start as ExecutorStart));
}

function work(start: ExecutorStart): void {
  setCallStack(defaultLimits["call-stack"]);
  keepTickShape();
  const host = { ...nodeExecutor(), outside: nodeOutside(), blobs: diskBlobs(start.cache) };
  const launcher = new Launcher(host);
  // Of a daemon that is gone, the end of the channel tells; what could not be said is void then.
  const ignored = (): void => undefined;
  const tell = (events: readonly ExecutorEvent[]): void => void process.send?.(events, ignored);
  const { clock, turns, codec } = host;
  const written = (crash: CrashRecord): void => tell([{ kind: "crashed", crash }]);
  const shared = {
    launcher,
    images: new Images(launcher, start),
    flights: new Flights({ codec, clock, turns, crashes: start.crashes, written }),
    tails: new Tails(),
    turns,
    clock,
    unlisted: new UnlistedBook({ clock, tell: (event) => tell([event]) }),
  };
  const hops = new Hops();
  const commons = new Commons(clock.monotonicNs(), loopBusyNs);
  const servings = new Servings({
    ...shared,
    commons,
    chance: Math.random,
    memory: heldMemory,
    collect: collectNow,
    busyNs: loopBusyNs,
    tell: (event) => tell([event]),
    forward: (request, to, lost) => hops.forward(request, to, lost),
  });
  const ports = {
    arrived: (request: IncomingRequest) => servings.arrive(request),
    handedOn: (request: IncomingRequest, key: string) => servings.handedOn(request, key),
    say,
  };
  const tcpDoors = new TcpDoors(ports);
  const open = async (): Promise<void> => {
    const reached = await openHopFront(start.socket, ports);
    await openDoors(start.doors, ports);
    tcpDoors.open();
    tell([{ kind: "ready", ...reached }]);
  };
  const population = new Population({
    ...shared,
    servings,
    open: () => void open(),
    tell,
    accept: (routes) => tcpDoors.accept(routes),
  });
  process.on("message", (said: readonly ExecutorOrder[] | Lent, handle: object | undefined) => {
    if ("lent" in said) tcpDoors.lent(said.lent, handle);
    else population.follow(said);
  });
  giveBackWhenIdle();
}

function say(sentence: string): void {
  process.stderr.write(`noos: ${sentence}\n`);
}
