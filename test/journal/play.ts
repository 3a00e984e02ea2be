import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import { type Recording, readRecording } from "#core/journal/format";
import { Rehearsal, type RehearsalResult } from "#core/journal/rehearse";
import { type CallSeen, Replayer, type ReplayResult } from "#core/journal/replay";
import type { ExitRecord, Process } from "#core/kernel";
import { callNames, type RootMaker, System } from "#core/system";
import { joined } from "./stage.ts";

/** How a recording is played. */
export interface PlayOptions {
  readonly seed?: number;
  readonly until?: number;
  /** Another program than the recorded one. */
  readonly program?: Uint8Array;
  readonly root?: RootMaker;
  readonly stopped?: (process: Process) => void;
}

/** How a replay went. */
export interface Play {
  readonly recording: Recording;
  readonly exit: ExitRecord;
  readonly result: ReplayResult;
  readonly lastCalls: readonly CallSeen[];
  /** What was written, by port: 1 is stdout, 2 is stderr. */
  readonly output: (port: number) => Uint8Array;
}

/** A host on which nothing is as it was: other slices, another time, other chances. */
function strangeHost(seed: number): SimulatedHost {
  const host = simulatedHost({ seed: seed + 1000, preemptShare: 0.3 });
  host.stepRealtime(86_400_000_000_000n);
  return host;
}

function replay(bytes: Uint8Array, options: PlayOptions = {}): Promise<Play> {
  const host = strangeHost(options.seed ?? 1);
  const recording = readRecording(bytes, host.codec);
  const written = new Map<number, Uint8Array[]>();
  const replayer = new Replayer({
    recording,
    calls: callNames,
    turns: host.turns,
    codec: host.codec,
    until: options.until,
    ...(options.stopped === undefined ? {} : { stopped: options.stopped }),
    output: (port, piece) => written.getOrInsertComputed(port, () => []).push(piece.slice()),
  });
  const { launch } = recording.header;
  const unhurried = { "cpu-time": Infinity, "wall-time": Infinity, "cpu-share": 1 };
  const system = new System(host, launch.limits);
  const running = system.launch(
    system.load(options.program ?? recording.program),
    { ...launch, limits: { ...launch.limits, ...unhurried } },
    { boundary: replayer, root: options.root },
  );
  replayer.attach(running.process);
  return host.time.until(running.exit).then((exit) => ({
    recording,
    exit,
    result: replayer.result(),
    lastCalls: replayer.lastCalls,
    output: (port) => joined(written.get(port) ?? []),
  }));
}

/** How a rehearsal went. */
export interface Rehearsed {
  readonly exit: ExitRecord;
  readonly result: RehearsalResult;
}

async function rehearse(bytes: Uint8Array, options: PlayOptions = {}): Promise<Rehearsed> {
  const host = strangeHost(options.seed ?? 1);
  const recording = readRecording(bytes, host.codec);
  const rehearsal = new Rehearsal(recording, host.turns);
  const system = new System(host, recording.header.launch.limits);
  const program = system.load(options.program ?? recording.program);
  const running = system.launch(program, recording.header.launch, {
    boundary: rehearsal,
    root: options.root,
  });
  const exit = await host.time.until(running.exit);
  await host.time.until(running.delivered);
  return { exit, result: rehearsal.result() };
}

/** The ways to play a recording on a host that has nothing of the outside. */
export const play: {
  readonly replay: typeof replay;
  readonly rehearse: typeof rehearse;
} = { replay, rehearse };
