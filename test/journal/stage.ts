import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { guestFile } from "#guests";
import { type CollectingSink, type SimulatedHost, simulatedHost } from "#adapters/sim";
import type { SimulationOptions } from "#adapters/sim";
import { Recorder } from "#core/journal/record";
import { callNames, type RunningProcess, type StartOptions, System } from "#core/system";
import type { Boundary, CallObserver, ExitRecord, Launch } from "#core/kernel";

/** A program and what a simulated host grants it. */
export interface Scene {
  readonly program: Uint8Array;
  readonly options?: (host: SimulatedHost) => StartOptions;
  /** What happens to it while it runs. */
  readonly during?: (host: SimulatedHost, running: RunningProcess) => void;
  /** Room of stdout before its reader has read; by default all there is. */
  readonly roomBytes?: number;
  readonly layers?: readonly Uint8Array[];
  /** Another boundary that sees the same run, nearer to the outside. */
  readonly beside?: (launch: Launch, host: SimulatedHost) => Boundary;
}

/** A run as it was recorded. */
export interface Recorded {
  /** The recording's bytes, in the pieces in which they were written. */
  readonly pieces: readonly Uint8Array[];
  readonly bytes: Uint8Array;
  readonly exit: ExitRecord;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** How often, in virtual time, the reader of a slow stdout reads. */
const readEveryNs = 3e6;

/** Records a run on a simulated host, until all it wrote has been delivered. */
export async function record(
  scene: Scene,
  options: Partial<SimulationOptions> = {},
): Promise<Recorded> {
  const host = simulatedHost({ seed: 1, ...options });
  const system = new System(host);
  const pieces: Uint8Array[] = [];
  const stdout = host.sink(scene.roomBytes === undefined ? {} : { roomBytes: scene.roomBytes });
  const stderr = host.sink();
  const layers = (scene.layers ?? []).map((bytes, index) => ({ name: `layer ${index}`, bytes }));
  let recorder: Recorder | undefined = undefined;
  const running = system.start(system.load(scene.program), {
    stdout,
    stderr,
    ...scene.options?.(host),
    boundary: (launch) => {
      recorder = new Recorder({
        header: { launch, calls: callNames, isPreemptible: true },
        attachments: [{ name: "program", bytes: scene.program }, ...layers],
        host,
        write: (bytes) => pieces.push(bytes.slice()),
        failed: (cause) => assert.fail(String(cause)),
      });
      return scene.beside === undefined ? recorder : both(recorder, scene.beside(launch, host));
    },
  });
  scene.during?.(host, running);
  const delivered = deliver(host, running, stdout, scene.roomBytes);
  const exit = await host.time.until(running.exit);
  await host.time.until(delivered);
  (recorder as Recorder | undefined)?.close();
  return { pieces, bytes: joined(pieces), exit, stdout: stdout.bytes, stderr: stderr.bytes };
}

/** Two boundaries one behind the other, as one. */
function both(first: Boundary, second: Boundary): Boundary {
  const observers = [first.observer, second.observer];
  const observer: CallObserver = {
    entered: (...seen) => observers.forEach((each) => each.entered(...seen)),
    answered: (...seen) => observers.forEach((each) => each.answered(...seen)),
    blocked: (...seen) => observers.forEach((each) => each.blocked(...seen)),
    flushed: (...seen) => observers.forEach((each) => each.flushed(...seen)),
    ended: (...seen) => observers.forEach((each) => each.ended(...seen)),
    flushesWhenPaused: first.observer.flushesWhenPaused,
  };
  return { observer, ports: (direct) => first.ports(second.ports(direct)) };
}

/** Reads stdout now and then, if it is slow, until all is delivered. */
function deliver(
  host: SimulatedHost,
  running: RunningProcess,
  stdout: CollectingSink,
  roomBytes: number | undefined,
): Promise<void> {
  let isOver = false;
  const read = (): void => {
    if (isOver) return;
    stdout.drain(roomBytes ?? 0);
    host.turns.after(readEveryNs, read);
  };
  if (roomBytes !== undefined) host.turns.after(readEveryNs, read);
  return running.delivered.then(() => {
    isOver = true;
  });
}

/** The bytes of one of our guests. */
export function guestBytes(path: Parameters<typeof guestFile>[0]): Uint8Array {
  return readFileSync(guestFile(path));
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}
