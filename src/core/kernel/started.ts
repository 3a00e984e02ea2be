import { assert } from "#core/base";
import type { Timer } from "#core/host";
import { describeTrap, type GuestNames, type InstanceState, type Program } from "#core/machine";
import { type Errno, type ExitReason, formatLimit, type Pid, PlatformError } from "#core/sys";
import type { OpenObject, Rights } from "./descriptor.ts";
import type { CallMade } from "./observer.ts";
import type { Personality } from "./personality.ts";
import { Process } from "./process.ts";
import type { ProcessKeeper, ProcessParts } from "./process-parts.ts";
import type { Scheduler } from "#core/kernel/scheduler";
import type { Usage } from "./usage.ts";

const pageBytes = 65_536;

/** What is left of a process after its end. */
export interface ExitRecord {
  readonly pid: Pid;
  readonly name: string;
  readonly reason: ExitReason;
  readonly usage: Usage;
}

/** What a started process needs of its kernel. */
export interface Home {
  readonly scheduler: Scheduler;
  nowNs(): number;
  /** Calls back once, unless it is cancelled before. */
  after(delayNs: number, callback: () => void): Timer;
  /** Instantiates the program and runs it to its end; rejects with what ended it otherwise. */
  run(process: Process, what: Run): Promise<unknown>;
  /** The process has ended and leaves the table. */
  leave(process: Process): void;
}

/**
 * How a process of a restorable program begins, other than by being initialised and going on: with
 * the state of one that was, and the calls that one made, for an observer; or by being initialised
 * and then ending, between the two of which its state may be saved.
 */
export type Beginning =
  | {
      readonly kind: "restored";
      readonly state: InstanceState;
      readonly calls: readonly CallMade[];
    }
  | {
      readonly kind: "forerunner";
      readonly initialised: (process: Process, save: () => InstanceState) => void;
    };

/** What a process runs. */
export interface Run {
  readonly program: Program;
  readonly personality: Personality;
  readonly beginning: Beginning | undefined;
}

type StartedParts = Omit<ProcessParts, "keeper"> & Run;

/**
 * A started process, for whoever started it. Thousands of them wait at a time, so promises are
 * made when they are asked for.
 */
export class Started implements ProcessKeeper {
  readonly process: Process;
  readonly #home: Home;
  readonly #program: Program;
  readonly #personality: Personality;
  #beginning: Beginning | undefined;
  readonly #startNs: number;
  readonly #wallTimer: Timer | undefined;
  #record: ExitRecord | undefined = undefined;
  #exit: PromiseWithResolvers<ExitRecord> | undefined = undefined;
  #whenEnded: ((record: ExitRecord) => void) | undefined = undefined;
  #delivered: Promise<void> | undefined = undefined;

  constructor(home: Home, parts: StartedParts) {
    this.#home = home;
    this.#program = parts.program;
    this.#personality = parts.personality;
    this.#beginning = parts.beginning;
    this.#startNs = home.nowNs();
    const wallNs = parts.limits["wall-time"];
    const over = (): void => this.process.endByLimit("wall-time");
    this.#wallTimer = wallNs === Infinity ? undefined : home.after(wallNs, over);
    this.process = new Process({ ...parts, keeper: this }, home.scheduler);
  }

  /** Settles at the process's end. What it wrote may still be on its way (`delivered`). */
  get exit(): Promise<ExitRecord> {
    if (this.#exit === undefined) {
      this.#exit = Promise.withResolvers();
      if (this.#record !== undefined) this.#exit.resolve(this.#record);
    }
    return this.#exit.promise;
  }

  /**
   * As `exit`, for whoever starts so many that promises would be most of what they hold: calls
   * back in the middle of the end, where nothing of the process may be touched. One at a time.
   */
  whenEnded(callback: (record: ExitRecord) => void): void {
    assert(!this.#record && !this.#whenEnded, "one waits for an end that is still to come");
    this.#whenEnded = callback;
  }

  /** Settles when everything it wrote has left, or cannot any more. */
  get delivered(): Promise<void> {
    this.#delivered ??= this.exit.then(() => {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.process.outputs.whenDelivered(resolve);
      return promise;
    });
    return this.#delivered;
  }

  /** What it used so far; after its end, until then. */
  usage(): Usage {
    return this.#record?.usage ?? usageOf(this.process, this.#home.nowNs() - this.#startNs);
  }

  reasonFor(thrown: unknown): ExitReason {
    const reason = reasonFor(thrown, this.#program.names);
    const { limits, memoryBytes } = this.process;
    // Most programs that get no more memory give up by a trap, which does not say so.
    if (reason.kind !== "trapped" || memoryBytes + pageBytes <= limits.memory) return reason;
    const limit = formatLimit("memory", limits.memory);
    return { ...reason, what: `${reason.what}, with its memory at the limit of ${limit}` };
  }

  answerOf(answer: Errno | undefined): number {
    return this.#personality.answerOf(answer);
  }

  rightsOf(kind: OpenObject["kind"]): Rights {
    return this.#personality.rightsOf(kind);
  }

  run(): Promise<unknown> {
    const beginning = this.#beginning;
    // What it began with may be large, and others may have let go of it long before its end.
    this.#beginning = undefined;
    const program = this.#program;
    return this.#home.run(this.process, { program, personality: this.#personality, beginning });
  }

  ended(reason: ExitReason): void {
    this.#wallTimer?.cancel();
    const { pid, name } = this.process;
    this.#record = { pid, name, reason, usage: this.usage() };
    this.#home.leave(this.process);
    this.#exit?.resolve(this.#record);
    this.#whenEnded?.(this.#record);
  }
}

function usageOf(process: Process, wallNs: number): Usage {
  const { meter } = process;
  const memoryBytes = process.memoryBytes;
  return {
    cpuNs: process.cpuNs(),
    wallNs,
    memoryBytes,
    // A linear memory never shrinks, so what it is now is the most it ever was.
    memoryPeakBytes: memoryBytes,
    calls: meter.calls,
    readBytes: meter.readBytes,
    writtenBytes: meter.writtenBytes,
    switches: meter.switches,
    preemptions: meter.preemptions,
  };
}

/** A failed start is a refusal, a guest's own mistake a trap; anything else is our defect. */
export function reasonFor(thrown: unknown, names: GuestNames): ExitReason {
  if (thrown instanceof PlatformError) {
    const { code, message, hint } = thrown;
    return { kind: "refused", code, why: message, hint };
  }
  return { kind: "trapped", ...describeTrap(thrown, names) };
}
