import { FlightBudget, FlightRecorder } from "#core/journal/flight";
import type { Boundary, Launch } from "#core/kernel";
import type { Program } from "#core/machine";
import { callNames, type SystemHost } from "#core/system";

/** What flight recorders may take of memory. */
interface FlightOptions {
  /** Of each process's journal: 256 KiB by default. */
  readonly processBytesMax?: number;
  /** Of all together: 64 MiB by default. */
  readonly bytesMax?: number;
}

/** Flight recorders for the processes of one system, which share what they may take of memory. */
export class FlightRecorders {
  readonly #host: Pick<SystemHost, "codec">;
  readonly #processBytesMax: number | undefined;
  readonly #budget: FlightBudget;

  constructor(host: Pick<SystemHost, "codec">, options: FlightOptions = {}) {
    this.#host = host;
    this.#processBytesMax = options.processBytesMax;
    this.#budget = new FlightBudget(options.bytesMax);
  }

  /** A recorder for the next process of `program`. */
  recorder(program: Program): Flight {
    return new Flight(
      (launch) =>
        new FlightRecorder({
          header: {
            launch,
            calls: callNames,
            isPreemptible: program.isPreemptible,
          },
          host: this.#host,
          budget: this.#budget,
          bytesMax: this.#processBytesMax,
        }),
    );
  }
}

/**
 * The flight recorder of one process. When the process has ended otherwise than by exiting with 0,
 * call `take` or `forget`: until then its journal takes memory.
 */
class Flight {
  /** For `StartOptions.boundary`. */
  readonly boundary: (launch: Launch) => Boundary;
  #recorder: FlightRecorder | undefined = undefined;

  constructor(make: (launch: Launch) => FlightRecorder) {
    this.boundary = (launch) => (this.#recorder = make(launch));
  }

  /** Whether the process has failed and its recording was not taken yet. */
  get hasFailure(): boolean {
    return this.#recorder?.hasFailure ?? false;
  }

  /** Whether the recording can be replayed: what is kept still reaches back to the start. */
  get isWhole(): boolean {
    return this.#recorder?.isWhole ?? true;
  }

  /**
   * The recording of a process that has failed, once, in pieces to write one after the other into
   * a file for `noos replay`. `programBytes` is asked for only if the recording is whole.
   */
  take(programBytes: () => Uint8Array): Iterable<Uint8Array> {
    const attachments = () => [{ name: "program", bytes: programBytes() }];
    return this.#recorder?.take(attachments) ?? [];
  }

  /** Nobody wants the recording. */
  forget(): void {
    this.#recorder?.forget();
  }
}
