import { assert } from "#core/base";
import { Exchanges } from "#core/exchange";
import type { Outside } from "#core/host";
import type { Inlet, Outlet } from "#core/host/traffic";
import { endOfGuest, type GuestMemory, type Instance } from "#core/machine";
import type { Kin } from "#core/kin";
import type { OutputStream, Waiter } from "#core/stream";
import {
  type Errno,
  type ExitReason,
  formatLimit,
  type LimitName,
  type Limits,
  type Pid,
} from "#core/sys";
import type { Descriptor, OpenObject, Rights } from "./descriptor.ts";
import type { DescriptorTable } from "./descriptor-table.ts";
import { Listings } from "./listings.ts";
import type { CallObserver } from "./observer.ts";
import { Outputs } from "./outputs.ts";
import type { ProcessKeeper, ProcessParts } from "./process-parts.ts";
import { Account, type Scheduler, type Task, TaskState } from "#core/kernel/scheduler";
import { Meter } from "./usage.ts";
import {
  attemptAgain,
  type CallAnswer,
  notYet,
  promiseOf,
  unlessEnded,
  type Wait,
} from "./wait.ts";

/** Inside a call that cannot be done yet. */
interface Waiting {
  readonly kind: "waiting";
  readonly wait: Wait;
  readonly resolve: (answer: number) => void;
  readonly reject: (end: Error) => void;
}

/** Why the guest is not running, and how it goes on. */
type Suspension =
  | { readonly kind: "new" }
  | Waiting
  | {
      readonly kind: "paused";
      readonly resolve: () => void;
      readonly reject: (end: Error) => void;
    };

/**
 * One running program: a sandbox, what it was granted, what it used, and where it stands.
 *
 *     new ──► running ──► waiting ──► running … ──► ended
 *                └──────► paused ───► (slice over)
 */
export class Process implements Waiter, Task {
  readonly pid: Pid;
  readonly name: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly limits: Limits;
  readonly outside: Outside;
  readonly kin: Kin | undefined;
  readonly descriptors: DescriptorTable<Descriptor>;
  readonly observer: CallObserver | undefined;
  readonly meter: Meter = new Meter();
  readonly listings: Listings = new Listings();
  readonly share: number;
  /** What they hold is delivered also after the end. */
  readonly outputs: Outputs = new Outputs();
  readonly #inlet: Inlet | undefined;
  readonly #outlet: Outlet | undefined;
  #exchanges: Exchanges | undefined = undefined;
  readonly #keeper: ProcessKeeper;
  readonly #scheduler: Scheduler;
  readonly #state: TaskState;
  #instance: Instance | undefined = undefined;
  #memoryBytesAtEnd = 0;
  #suspension: Suspension | undefined = { kind: "new" };
  #end: ExitReason | undefined = undefined;
  #isOver = false;
  #defect: { readonly thrown: unknown } | undefined = undefined;
  #observedRow = 0;

  constructor(parts: ProcessParts, scheduler: Scheduler) {
    this.#keeper = parts.keeper;
    this.pid = parts.pid;
    this.name = parts.name;
    this.args = parts.args;
    this.env = parts.env;
    this.limits = parts.limits;
    this.outside = parts.outside;
    this.kin = parts.kin;
    this.#inlet = parts.inlet;
    this.#outlet = parts.outlet;
    this.descriptors = parts.descriptors;
    this.observer = parts.observer;
    this.share = parts.limits["cpu-share"];
    this.#scheduler = scheduler;
    this.#state = new TaskState(this);
    scheduler.wake(this.#state);
  }

  /** The guest's memory. Expects the program to be instantiated. */
  get memory(): GuestMemory {
    assert(this.#instance !== undefined, "calls come only from an instantiated program");
    return this.#instance.memory;
  }

  /** Bytes of all its memories; after the end, as they were then. */
  get memoryBytes(): number {
    return this.#instance?.memoryBytes ?? this.#memoryBytesAtEnd;
  }

  /** The requests it serves and makes. Few processes have any: it is made when it is asked for. */
  get exchanges(): Exchanges {
    return (this.#exchanges ??= new Exchanges({
      inlet: this.#inlet,
      outlet: this.#outlet,
      timers: this.outside.timers,
      exchangesMax: this.limits.exchanges,
    }));
  }

  /** All its memories as they are now; none before the start and after the end. */
  memoryViews(): readonly Uint8Array[] {
    return this.#instance?.memoryViews() ?? [];
  }

  /** Everything that can be done with an object of this kind, for a descriptor to be opened. */
  rightsOf(kind: OpenObject["kind"]): Rights {
    return this.#keeper.rightsOf(kind);
  }

  attach(instance: Instance): void {
    this.#instance = instance;
  }

  /**
   * From now on it and `other`, which started it, and all either starts, together have the part
   * of the CPU that one of them has.
   */
  shareWith(other: Process): void {
    other.#state.group ??= new Account(other.share);
    this.#state.group = other.#state.group;
  }

  get isEnding(): boolean {
    return this.#end !== undefined;
  }

  /** Whether the guest waits inside a call, for something else than its turn. */
  get isWaiting(): boolean {
    return this.#suspension?.kind === "waiting";
  }

  /** Time computed up to this moment, the run under way included. */
  cpuNs(): number {
    const running = this.#scheduler.running === this ? this.#scheduler.runningNs() : 0;
    return this.meter.cpuNs + running;
  }

  // --- waiting -----------------------------------------------------------------------------

  /** Does `wait.attempt` now, or suspends the present call until it can be done. */
  wait(wait: Wait): CallAnswer {
    // Whether it comes to that or not: in a replay nothing is waited for.
    this.#exchanges?.watchCurrent();
    let isOver = true;
    try {
      const answer = wait.attempt();
      if (answer !== notYet) return answer;
      // The attempt may have ended the process: a sink can do so that sees too much.
      if (this.#end !== undefined) throw endOfGuest;
      isOver = false;
    } finally {
      if (isOver) wait.release?.();
    }
    return this.#suspend(wait);
  }

  #suspend(wait: Wait): Promise<number> {
    this.meter.switches += 1;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#suspension = { kind: "waiting", wait, resolve, reject };
    for (const queue of wait.on) queue.add(this);
    // An end that this brings rejects the promise, which the guest must still get.
    unlessEnded(() => this.flush());
    this.#scheduler.gaveWay(this.#state, { mayGoOn: false, inTurn: true });
    this.observer?.blocked(this);
    return promise;
  }

  /** Lets others run, then answers the present call. */
  giveWay(): CallAnswer {
    let isFirst = true;
    const attempt = (): undefined | typeof notYet => {
      if (!isFirst) return undefined;
      isFirst = false;
      return notYet;
    };
    const answer = this.wait({ attempt, on: [] });
    this.wake();
    return answer;
  }

  /** Pauses the guest between two instructions because its slice is over. */
  pause(): Promise<void> {
    this.meter.preemptions += 1;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#suspension = { kind: "paused", resolve, reject };
    if (!this.outputs.isFlushed && (this.observer?.flushesWhenPaused ?? true)) {
      this.observer?.flushed(this);
      unlessEnded(() => this.flush());
    }
    this.#scheduler.gaveWay(this.#state, { mayGoOn: true, inTurn: false });
    return promise;
  }

  wake(): void {
    if (this.#suspension !== undefined) this.#scheduler.wake(this.#state);
  }

  resume(): boolean {
    const suspension = this.#suspension;
    if (suspension === undefined) return false;
    switch (suspension.kind) {
      case "new":
        this.#suspension = undefined;
        this.#start();
        return true;
      case "paused":
        this.#suspension = undefined;
        suspension.resolve();
        return true;
      case "waiting":
        return this.#retry(suspension);
    }
  }

  ran(ns: number): void {
    this.meter.cpuNs += ns;
    if (this.meter.cpuNs > this.limits["cpu-time"]) this.endByLimit("cpu-time");
  }

  /** Remembers which call an observer saw last, so that a wait's answer names it. */
  noteObservedRow(row: number): void {
    this.#observedRow = row;
  }

  /** Looks again whether the call can be done now. */
  #retry(suspension: Waiting): boolean {
    const answer = attemptAgain(suspension.wait);
    // What the attempt did may have ended the process: its stack is on its way down already.
    if (this.#suspension !== suspension) return false;
    if (answer === notYet) {
      this.observer?.blocked(this);
      return false;
    }
    this.#leaveQueues(suspension.wait);
    this.#suspension = undefined;
    if (answer === endOfGuest) {
      suspension.reject(endOfGuest);
      return true;
    }
    const number = this.#keeper.answerOf(answer as Errno | undefined);
    if (this.#showAnswer(number)) suspension.resolve(number);
    else suspension.reject(endOfGuest);
    return true;
  }

  /** Shows the observer what a wait came to; `false` when the guest is not to go on with it. */
  #showAnswer(number: number): boolean {
    try {
      this.observer?.answered(this, this.#observedRow, number);
    } catch (thrown) {
      // An observer ends a guest as a call does, but here no guest is below us to throw it to.
      if (thrown !== endOfGuest) throw thrown;
      return false;
    }
    return !this.isEnding;
  }

  // --- output ------------------------------------------------------------------------------

  /** Writes to one of the process's outside streams. */
  write(stream: OutputStream, bytes: Uint8Array): number | Errno {
    const count = this.outputs.write(stream, bytes);
    if (typeof count === "number") this.meter.writtenBytes += count;
    return count;
  }

  /** As `write`, to stdout or stderr: what goes beyond the `output` limit ends the process. */
  print(stream: OutputStream, bytes: Uint8Array): number | Errno {
    const allowed = Math.floor(this.limits.output) - this.meter.outputBytes;
    const isOver = bytes.length > allowed;
    const count = this.write(stream, isOver ? bytes.subarray(0, allowed) : bytes);
    if (typeof count === "number") this.meter.outputBytes += count;
    if (isOver && count === allowed) this.exit(this.#overLimit("output"));
    return count;
  }

  flush(): void {
    this.outputs.flush();
  }

  // --- ending ------------------------------------------------------------------------------

  /** Ends the guest from inside its present call: throws what the guest cannot catch. */
  exit(reason: ExitReason): never {
    this.#end ??= reason;
    throw endOfGuest;
  }

  /** Something of ours broke inside the guest's present call: no handler of the guest hides it. */
  fail(defect: unknown): never {
    this.#defect ??= { thrown: defect };
    throw endOfGuest;
  }

  /** Ends the process wherever it stands; the first reason counts. Harmless after the end. */
  end(reason: ExitReason): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    const suspension = this.#suspension;
    this.#suspension = undefined;
    // Without a suspension the guest is running, below us on this thread: its next check or call
    // ends it.
    if (suspension === undefined) return;
    if (suspension.kind === "new") return this.#finish();
    if (suspension.kind === "waiting") this.#leaveQueues(suspension.wait);
    suspension.reject(endOfGuest);
  }

  endByLimit(limit: LimitName): void {
    this.end(this.#overLimit(limit));
  }

  #overLimit(limit: LimitName): ExitReason {
    return { kind: "killed", by: { limit, allowed: formatLimit(limit, this.limits[limit]) } };
  }

  #start(): void {
    promiseOf(() => this.#keeper.run(this)).then(
      () => this.#finish(),
      (thrown: unknown) => {
        if (this.#defect !== undefined) throw this.#defect.thrown;
        if (thrown !== endOfGuest) this.#end ??= this.#keeper.reasonFor(thrown);
        this.#finish();
      },
    );
  }

  #leaveQueues(wait: Wait): void {
    for (const queue of wait.on) queue.remove(this);
    wait.release?.();
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const reason: ExitReason = this.#end ?? { kind: "exited", code: 0 };
    this.#end = reason;
    // A replay may find only here that the output differs: there is no guest left to end.
    unlessEnded(() => this.flush());
    this.observer?.ended(this, reason);
    this.descriptors.closeAll();
    this.kin?.close();
    if (this.#exchanges === undefined) this.#inlet?.close();
    else this.#exchanges.closeAll();
    this.listings.endAll();
    // The memory goes with the process: eight thousand records of ended ones must not keep theirs.
    this.#memoryBytesAtEnd = this.memoryBytes;
    this.#instance?.release();
    this.#instance = undefined;
    if (this.#scheduler.running === this) {
      this.#scheduler.gaveWay(this.#state, { mayGoOn: false, inTurn: true });
    }
    this.#scheduler.ended(this.#state);
    this.#keeper.ended(reason);
  }
}
