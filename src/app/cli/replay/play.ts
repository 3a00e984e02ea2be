import { nodeExecutor, setCallStack } from "#adapters/node";
import { Defect } from "#core/base";
import type { Executor, SharedOutside } from "#core/host";
import type { Recording } from "#core/journal/format";
import { inHand } from "#core/journal/tell";
import { Rehearsal, type RehearsalResult } from "#core/journal/rehearse";
import { type CallSeen, Replayer, type ReplayResult } from "#core/journal/replay";
import type { ExitRecord, Launch, Process } from "#core/kernel";
import { callNames, completeLimits, System } from "#core/system";
import { naming, type OtherProgram } from "./open.ts";
import { rootOf } from "./root.ts";

/** What a replay is asked to do. */
export interface PlayRequest {
  readonly recording: Recording;
  /** Stop at the call with this number, counted from 1. */
  readonly until: number | undefined;
  /** Gets what the program writes: port 1 is stdout, 2 is stderr. */
  readonly output: (port: number, bytes: Uint8Array) => void;
}

/** How a replay went. */
export interface Played {
  readonly exit: ExitRecord;
  readonly result: ReplayResult;
  readonly lastCalls: readonly CallSeen[];
  /** What the process had in hand where it was stopped, line by line. */
  readonly inHand: readonly string[];
  /** Whether the recording holds a sum of the memory at the end. */
  readonly isSummed: boolean;
}

/** How a rehearsal went. */
export interface Rehearsed {
  readonly exit: ExitRecord;
  readonly result: RehearsalResult;
}

/** How many functions a trap's stack names, as when it was recorded. */
const guestFramesMax = 64;

/** Runs a recording with nothing of the outside. */
export async function play(request: PlayRequest): Promise<Played> {
  const { recording } = request;
  const { executor, system } = stage(recording);
  let held: readonly string[] = [];
  const replayer = new Replayer({
    recording,
    calls: callNames,
    turns: executor.turns,
    codec: executor.codec,
    output: request.output,
    until: request.until,
    stopped: (process: Process) => {
      held = inHand(process);
    },
  });
  const { launch, isPreemptible } = recording.header;
  const program = system.load(recording.program, { name: launch.name, isPreemptible });
  const running = system.launch(program, unhurried(launch), {
    boundary: replayer,
    root: await rootOf(recording),
  });
  replayer.attach(running.process);
  const exit = await running.exit;
  const isSummed = recording.flight?.isSummed ?? true;
  const { lastCalls } = replayer;
  return { exit, result: replayer.result(), lastCalls, inHand: held, isSummed };
}

/** Runs another program on the recorded inputs. */
export async function rehearse(recording: Recording, other: OtherProgram): Promise<Rehearsed> {
  const { executor, system } = stage(recording);
  const rehearsal = new Rehearsal(recording, executor.turns);
  const program = naming(`run "${other.name}"`, () =>
    system.load(other.bytes, { name: other.name }),
  );
  const running = system.launch(program, recording.header.launch, {
    boundary: rehearsal,
    root: await rootOf(recording),
  });
  const exit = await running.exit;
  await running.delivered;
  return { exit, result: rehearsal.result() };
}

/** A system of this machine, but without an outside, in the limits that were recorded. */
function stage(recording: Recording): { readonly executor: Executor; readonly system: System } {
  const limits = completeLimits(recording.header.launch.limits);
  setCallStack(limits["call-stack"]);
  Error.stackTraceLimit = guestFramesMax;
  const executor = nodeExecutor();
  return { executor, system: new System({ ...executor, outside: nothingOutside }, limits) };
}

/** What a replay would ask of the outside: there is nothing that could answer. */
const nothingOutside: SharedOutside = {
  clock: { realtimeNs: () => asked(), monotonicNs: () => asked() },
  entropy: { fill: () => asked() },
  timers: { after: () => asked() },
};

function asked(): never {
  throw new Defect("broken invariant: a replay asks nothing of the outside");
}

/** The journal says when a process was ended for the time it took; a replay takes another time. */
function unhurried(launch: Launch): Launch {
  const limits = { ...launch.limits, "cpu-time": Infinity, "wall-time": Infinity, "cpu-share": 1 };
  return { ...launch, limits };
}
