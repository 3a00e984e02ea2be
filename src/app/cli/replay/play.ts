import { nodeExecutor, nodeOutside } from "#adapters/node";
import { readRecording, type Recording } from "#core/journal/format";
import { Rehearsal, type RehearsalResult } from "#core/journal/rehearse";
import { type CallSeen, Replayer, type ReplayResult } from "#core/journal/replay";
import type { ExitRecord, Launch, Process } from "#core/kernel";
import { System } from "#core/system";
import { inHand } from "./in-hand.ts";
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
}

/** Reads a recording's bytes. Throws the `PlatformError`s of `readRecording`. */
export function openRecording(bytes: Uint8Array): Recording {
  return readRecording(bytes, nodeExecutor().codec);
}

/** Runs a recording with nothing of the outside. */
export async function play(request: PlayRequest): Promise<Played> {
  const { recording } = request;
  const executor = nodeExecutor();
  const system = new System(
    { ...executor, outside: nodeOutside() },
    recording.header.launch.limits,
  );
  let stoppedWith: readonly string[] = [];
  const replayer = new Replayer({
    recording,
    turns: executor.turns,
    codec: executor.codec,
    output: request.output,
    until: request.until,
    stopped: (process: Process) => {
      stoppedWith = inHand(process);
    },
  });
  const launch = unhurried(recording.header.launch);
  const program = system.load(programOf(recording), { name: launch.name });
  const running = system.launch(program, launch, {
    boundary: replayer,
    root: rootOf(recording),
  });
  replayer.attach(running.process);
  const exit = await running.exit;
  return { exit, result: replayer.result(), lastCalls: replayer.lastCalls, inHand: stoppedWith };
}

/** How a rehearsal went. */
export interface Rehearsed {
  readonly exit: ExitRecord;
  readonly result: RehearsalResult;
}

/** Runs another program on the recorded inputs. */
export async function rehearse(recording: Recording, other: OtherProgram): Promise<Rehearsed> {
  const executor = nodeExecutor();
  const { launch } = recording.header;
  const system = new System({ ...executor, outside: nodeOutside() }, launch.limits);
  const rehearsal = new Rehearsal(recording, executor.turns);
  const program = system.load(other.bytes, { name: other.name });
  const running = system.launch(program, launch, { boundary: rehearsal, root: rootOf(recording) });
  const exit = await running.exit;
  await running.delivered;
  return { exit, result: rehearsal.result() };
}

export interface OtherProgram {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The recorded program's bytes. A recording without them is refused when it is read. */
function programOf(recording: Recording): Uint8Array {
  return recording.attachments.find(({ name }) => name === "program")?.bytes ?? new Uint8Array(0);
}

/** The journal says when a process was ended for the time it took; a replay takes another time. */
function unhurried(launch: Launch): Launch {
  const limits = { ...launch.limits, "cpu-time": Infinity, "wall-time": Infinity, "cpu-share": 1 };
  return { ...launch, limits };
}
