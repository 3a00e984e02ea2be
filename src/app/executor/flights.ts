import { randomBytes } from "node:crypto";
import { type SealingKey, writeCrash } from "#adapters/node/crashes";
import type { Codec, Turns } from "#core/host";
import { FlightBudget, FlightRecorder } from "#core/journal/flight";
import type { Launch } from "#core/kernel";
import type { ExitReason } from "#core/sys";
import { callNames } from "#core/system";
import type { ProgramFile } from "#app/program";
import type { CrashRecord } from "#pool/host";

/** Of a process that fails over and over, a recording is written this often at most. */
const recordedEveryNs = 60e9;

/** So many recordings are written one after the other at most; further ones are not kept. */
const waitingMax = 10;

export interface FlightPorts {
  readonly codec: Codec;
  readonly clock: { monotonicNs(): number };
  readonly turns: Turns;
  /** Where recordings go, and what they are sealed with. */
  readonly crashes: { readonly folder: string; readonly key: SealingKey };
  readonly written: (crash: CrashRecord) => void;
}

/** The flight recorders of an executor's processes, and what is written when one of them fails. */
export class Flights {
  readonly #ports: FlightPorts;
  readonly #budget = new FlightBudget();
  /** When the last failure of each path was recorded, the longest ago first. */
  readonly #recordedNs = new Map<string, number>();
  #writing: Promise<void> = Promise.resolve();
  #waitingCount = 0;

  constructor(ports: FlightPorts) {
    this.#ports = ports;
  }

  recorder(launch: Launch): FlightRecorder {
    const { codec } = this.#ports;
    const header = { launch, calls: callNames, isPreemptible: true };
    return new FlightRecorder({ header, host: { codec }, budget: this.#budget });
  }

  /** The process is over: what its recorder holds is written if it failed, and let go of. */
  ended(
    recorder: FlightRecorder,
    process: {
      readonly path: string;
      readonly reason: ExitReason;
      readonly file: Pick<ProgramFile, "attachments">;
    },
  ): void {
    const { path } = process;
    if (!recorder.hasFailure || !this.#isWanted(path)) return recorder.forget();
    const { isWhole } = recorder;
    const pieces = recorder.take(() => process.file.attachments());
    const id = crashId(path);
    this.#waitingCount += 1;
    const { crashes, turns } = this.#ports;
    this.#writing = this.#writing
      .then(() => writeCrash(pieces, { ...crashes, id, turns }))
      .then((sizeBytes) => {
        this.#waitingCount -= 1;
        if (sizeBytes === undefined) return;
        this.#ports.written({ id, path, reason: process.reason, sizeBytes, isWhole });
      });
  }

  #isWanted(path: string): boolean {
    const nowNs = this.#ports.clock.monotonicNs();
    for (const [known, atNs] of this.#recordedNs) {
      if (nowNs - atNs < recordedEveryNs) break;
      this.#recordedNs.delete(known);
    }
    if (this.#recordedNs.has(path) || this.#waitingCount >= waitingMax) return false;
    this.#recordedNs.set(path, nowNs);
    return true;
  }
}

/** Sorts by time as well as a name can, and says whose it is. */
function crashId(path: string): string {
  const name = path.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return `${name.slice(0, 60)}-${randomBytes(4).toString("hex")}`;
}
