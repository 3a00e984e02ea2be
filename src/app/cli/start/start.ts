import { basename } from "node:path";
import { diskBlobs, nodeExecutor, nodeOutside, setCallStack, stdinSource } from "#adapters/node";
import { knowingDigest, type ProgramFile, readProgram } from "#app/program";
import type { Turns } from "#core/host";
import type { Program, WantedProgram } from "#core/machine";
import {
  completeLimits,
  Launcher,
  type RunningProcess,
  type StartOptions,
  type SystemHost,
} from "#core/system";
import type { GrantsAround } from "./grants.ts";
import type { RunOrder } from "./order.ts";
import type { PhaseWatch } from "./phases.ts";
import type { RecordingFile, RecordingParts } from "./recording.ts";
import type { Keeper } from "./run-to-end.ts";
import { standardTerminals } from "./terminals.ts";
import { WatchedSink } from "./watched-sink.ts";

/** How many functions a trap's stack names; the engine's own number is 10. */
export const guestFramesMax = 64;

/** A program that was started as an order says. */
export interface StartedRun {
  readonly name: string;
  readonly running: RunningProcess;
  readonly recording: RecordingFile | undefined;
  readonly stdout: WatchedSink;
  readonly turns: Turns;
}

/** Reads, prepares and starts the program. Throws the `PlatformError` that says why it cannot. */
export async function start(
  order: RunOrder,
  watch: PhaseWatch,
  keeper: Pick<Keeper, "announce" | "output" | "found">,
): Promise<StartedRun> {
  const limits = completeLimits(order.limits);
  const announce = (line: string): void => keeper.announce(line);
  const moduleBytesMax = limits["module-size"];
  const file = await readProgram(order.file, { deed: "run", moduleBytesMax });
  await keeper.found();
  watch.over("read file");
  setCallStack(limits["call-stack"]);
  Error.stackTraceLimit = guestFramesMax;
  const host = hostFor(order, file);
  const launcher = new Launcher(host, order.limits);
  const name = basename(order.file);
  const wanted = launcher.want(file.program, { name, isPreemptible: order.isPreemptible });
  const program = wanted.find() ?? (await makeProgram(wanted));
  watch.overIn(program.phases.map((part) => ({ phase: part.name, ns: part.ns })));
  using opened = new DisposableStack();
  const hasRoot = file.root !== undefined;
  const grants = await openAll(order, { hasRoot, opened, announce });
  const recording = await openRecording(order, { host, file, announce });
  const stdout = new WatchedSink(keeper.output(1));
  const running = launcher.start(program, {
    name,
    args: order.args,
    env: order.env,
    stdin: stdinSource(),
    stdout,
    stderr: keeper.output(2),
    terminals: standardTerminals(),
    ...grants,
    ...(hasRoot ? { root: file.root } : {}),
    ...(recording === undefined ? {} : { boundary: (launch) => recording.boundary(launch) }),
  });
  // The process closes them from here on.
  opened.move();
  watch.over("start");
  return { name, running, recording, stdout, turns: host.turns };
}

function hostFor({ cacheFolder }: RunOrder, file: ProgramFile): SystemHost {
  const host = { ...nodeExecutor(), outside: nodeOutside() };
  if (cacheFolder === undefined) return host;
  const blobs = diskBlobs(cacheFolder);
  return { ...host, blobs, codec: knowingDigest(host.codec, blobs, file) };
}

// What only some runs need is loaded by those.

async function makeProgram(wanted: WantedProgram): Promise<Program> {
  const { makeNamedProgram } = await import("./make-program.ts");
  return makeNamedProgram(wanted);
}

async function openAll(
  order: RunOrder,
  around: GrantsAround,
): Promise<Pick<StartOptions, "directories" | "listeners" | "connections">> {
  const wanted = [...order.directories, ...order.listen, ...order.connect];
  if (wanted.length === 0) return {};
  const { openGrants } = await import("./grants.ts");
  return openGrants(order, around);
}

async function openRecording(
  order: RunOrder,
  parts: Omit<RecordingParts, "isPreemptible">,
): Promise<RecordingFile | undefined> {
  if (order.record === undefined) return undefined;
  const { RecordingFile: File } = await import("./recording.ts");
  return new File(order.record, { ...parts, isPreemptible: order.isPreemptible });
}
