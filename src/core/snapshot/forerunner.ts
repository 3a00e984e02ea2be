import { Cursor } from "#core/journal/format";
import { ReplayPorts } from "#core/journal/replay";
import type { GrantedPorts } from "#core/host/granted";
import type { Beginning, Boundary, CallMade, CallObserver, Launch, Process } from "#core/kernel";
import { endOfGuest, type InstanceState } from "#core/machine";
import { isHarmless } from "./harmless-calls.ts";
import { snapshotLimits } from "./snapshot-limits.ts";
import type { Known } from "./snapshots.ts";

export interface ForerunnerOptions {
  readonly launch: Launch;
  /** The names of the personality's calls by row. */
  readonly calls: readonly string[];
}

/**
 * Initialises a process that nobody waits for, to save its state. It stands between the process and
 * an outside that is not there: whoever asks that anything, or makes a call that may leave traces
 * other than in memory, is not saved.
 */
export class Forerunner implements Boundary, CallObserver {
  readonly flushesWhenPaused = false;
  readonly beginning: Beginning = {
    kind: "forerunner",
    initialised: (process, save) => this.#initialised(process, save),
  };
  readonly #names: readonly string[];
  readonly #ports: GrantedPorts;
  readonly #made: CallMade[] = [];
  #call: Omit<CallMade, "answer"> | undefined = undefined;
  /** How many descriptors it was given. */
  #given: number | undefined = undefined;
  #known: Known | undefined = undefined;

  constructor({ launch, calls }: ForerunnerOptions) {
    this.#names = calls;
    const refuse = (): never => {
      this.#refuse("it asks for what is outside");
      throw endOfGuest;
    };
    const { granted } = new ReplayPorts({
      cursor: new Cursor(() => undefined),
      launch,
      output: () => undefined,
      diverged: refuse,
      atEnd: refuse,
    });
    // What is made for a process before it runs may ask for the time: of a root, that it was made.
    const time = (ask: () => bigint): bigint => (this.#given === undefined ? 0n : ask());
    const { clock } = granted.outside;
    this.#ports = {
      ...granted,
      outside: {
        ...granted.outside,
        clock: {
          realtimeNs: () => time(() => clock.realtimeNs()),
          monotonicNs: () => time(() => clock.monotonicNs()),
          cpuNs: () => time(() => clock.cpuNs()),
        },
      },
    };
  }

  get observer(): CallObserver {
    return this;
  }

  /** What came of it, once the process has ended; nothing where that was not its own doing. */
  get known(): Known | undefined {
    return this.#known;
  }

  ports(): GrantedPorts {
    return this.#ports;
  }

  entered(process: Process, row: number, parameters: readonly (number | bigint)[]): void {
    this.#given ??= process.descriptors.count;
    const name = this.#names[row] ?? `call ${row}`;
    if (!isHarmless(name, parameters, this.#given)) this.#refuse(`it calls ${name}`);
    if (this.#made.length >= snapshotLimits.callsMax) this.#refuse("it makes too many calls");
    if (this.#known !== undefined) throw endOfGuest;
    this.#call = { row, parameters };
  }

  answered(_process: Process, _row: number, answer: number): void {
    if (this.#call !== undefined) this.#made.push({ ...this.#call, answer });
  }

  blocked(process: Process): void {
    this.#refuse("it waits");
    process.end({ kind: "exited", code: 0 });
  }

  flushed(): void {}

  ended(): void {}

  #initialised(process: Process, save: () => InstanceState): void {
    const given = this.#given ?? process.descriptors.count;
    if (process.descriptors.count !== given) this.#refuse("it keeps a file open");
    if (this.#known !== undefined) return;
    const state = save();
    if (state.heldBytes > snapshotLimits.snapshotBytesMax) this.#refuse("it changes too much");
    else this.#known = { kind: "restored", state, calls: this.#made };
  }

  /** The first reason counts. */
  #refuse(why: string): void {
    this.#known ??= { kind: "refused", why };
  }
}
