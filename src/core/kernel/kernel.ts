import type { Executor, Family, Outside } from "#core/host";
import type { Inlet, Outlet } from "#core/host/traffic";
import { Kin } from "#core/kin";
import {
  checkImports,
  endOfGuest,
  type Entry,
  type Instance,
  instantiate,
  type InstanceState,
  MemoryPool,
  ObjectLedger,
  type Program,
} from "#core/machine";
import { checkGate } from "#core/machine/gate";
import {
  type ExitReason,
  formatBytes,
  formatLimit,
  type Limits,
  type Pid,
  PlatformError,
} from "#core/sys";
import type { Descriptor } from "./descriptor.ts";
import { DescriptorTable } from "./descriptor-table.ts";
import type { CallObserver } from "./observer.ts";
import type { Caller, ImportFunctions, Personality } from "./personality.ts";
import type { Process } from "./process.ts";
import { Rounds } from "./rounds.ts";
import { Scheduler } from "#core/kernel/scheduler";
import { type Beginning, type Home, type Run, Started } from "./started.ts";

/** How a process is to be run. Its descriptors are numbered from 0 in the order given. */
export interface ProcessSpec {
  readonly name: string;
  readonly program: Program;
  readonly personality: Personality;
  readonly args: readonly string[];
  /** `NAME=value` texts. */
  readonly env: readonly string[];
  readonly limits: Limits;
  readonly outside: Outside;
  /** Lets it have children, and tells it of them; the process closes it at its end. */
  readonly family: Family | undefined;
  /** The requests that come for it, and those it may make; it closes them at its end. */
  readonly inlet: Inlet | undefined;
  readonly outlet: Outlet | undefined;
  /** Called once, when the process is sure to start; the process closes them at its end. */
  readonly descriptors: () => readonly Descriptor[];
  readonly observer: CallObserver | undefined;
  /** Of a restorable program. By default it is initialised, and goes on. */
  readonly beginning?: Beginning | undefined;
}

/** The process table of one executor, and the way in and out of it. */
export class Kernel {
  readonly #executor: Executor;
  readonly #home: Home;
  readonly #processesMax: number;
  readonly #table = new Map<Pid, Process>();
  readonly #imports = new Map<string, ReadonlyMap<string, ImportFunctions>>();
  readonly #caller: Caller;
  readonly #pause: WebAssembly.ImportValue;
  readonly #allocate: WebAssembly.ImportValue;
  readonly #memories = new MemoryPool();
  readonly #objects: ObjectLedger<Process>;
  readonly #flag: Int32Array;
  readonly #checkFlag = (): Promise<void> | undefined =>
    this.#flag[0] === 0 ? undefined : this.#checkPassed();
  #lastPid = 0;

  constructor(executor: Executor, options: { readonly processesMax: number }) {
    this.#executor = executor;
    this.#processesMax = options.processesMax;
    const scheduler = new Scheduler(executor);
    this.#caller = {
      get process(): Process {
        // Only processes are ever scheduled, and only the running one can make a call.
        return scheduler.running as Process;
      },
    };
    this.#home = {
      scheduler,
      nowNs: () => executor.clock.monotonicNs(),
      after: (delayNs, callback) => executor.turns.after(delayNs, callback),
      run: (...started) => this.#run(...started),
      leave: (process) => {
        this.#table.delete(process.pid);
        this.#objects.forget(process);
      },
    };
    this.#flag = new Int32Array(executor.watchdog.flag.buffer);
    this.#pause = checkGate(
      executor.watchdog.flag,
      new WebAssembly.Suspending(() => this.#checkPassed()),
    );
    this.#allocate = new WebAssembly.Suspending((owedBytes: number) =>
      this.#objectsMade(owedBytes),
    );
    this.#objects = new ObjectLedger(executor.heap);
  }

  get processCount(): number {
    return this.#table.size;
  }

  processes(): IterableIterator<Process> {
    return this.#table.values();
  }

  /**
   * Enters a process into the table; it starts in a later turn. Throws `PROCESSES_OVER_LIMIT` when
   * the table is full, `LIMIT_OUT_OF_RANGE` when its grants are more than it may have descriptors;
   * any later failure is its exit reason.
   */
  spawn(spec: ProcessSpec): Started {
    if (this.#table.size >= this.#processesMax) throw tableFull(spec.name, this.#processesMax);
    const initial = spec.descriptors();
    if (initial.length > spec.limits.descriptors) throw tooManyGrants(spec, initial);
    const started = new Started(this.#home, {
      pid: ++this.#lastPid as Pid,
      name: spec.name,
      args: spec.args,
      env: spec.env,
      limits: spec.limits,
      outside: spec.outside,
      inlet: spec.inlet,
      outlet: spec.outlet,
      kin: spec.family && new Kin(spec.family, { childrenMax: spec.limits.children }),
      descriptors: new DescriptorTable<Descriptor>(spec.limits.descriptors, initial),
      observer: spec.observer,
      program: spec.program,
      personality: spec.personality,
      beginning: spec.beginning,
    });
    const { process } = started;
    for (const { object } of initial) {
      if (object.kind === "output") process.outputs.add(object.stream);
      if (object.kind === "socket") process.outputs.add(object.socket.output);
    }
    this.#table.set(process.pid, process);
    return started;
  }

  /** Sees that a program finds all that it imports. Throws `IMPORT_MISSING`. */
  check(program: Program, personality: Personality): void {
    checkImports(program, { modules: this.#importsOf(personality, false) });
  }

  #run(process: Process, run: Run): Promise<unknown> {
    const { beginning, program, personality } = run;
    const restored = beginning?.kind === "restored" ? beginning : undefined;
    const instance = this.#instantiate(process, run, restored?.state);
    process.attach(instance);
    const { initialisers = [], entries, duty } = personality.course(program, process);
    const entry = (name: string): Entry => instance.entry(name);
    // The start function may make calls and wait like any other code, so it is not run by the
    // engine at instantiation but here, first.
    const first = [...instance.startFunctions, ...initialisers.map(entry)];
    if (beginning?.kind === "forerunner") {
      return inOrder(first).then(() => {
        beginning.initialised(process, () => this.#save(process, run, instance));
        throw endOfGuest;
      });
    }
    if (restored !== undefined) process.observer?.initialised?.(process, restored.calls);
    const steps = [...(restored === undefined ? first : []), ...entries.map(entry)];
    if (duty === undefined) return inOrder(steps);
    return inOrder(steps).then((last) => {
      const found = duty(last);
      const call = instance.entry(found.entry);
      return new Rounds({ process, duty: found, call, check: this.#checkFlag }).run();
    });
  }

  #save(process: Process, run: Run, instance: Instance): InstanceState {
    const fresh = this.#instantiate(process, run);
    const state = instance.save(fresh);
    fresh.release();
    return state;
  }

  #instantiate(process: Process, { program, personality }: Run, state?: InstanceState): Instance {
    return instantiate(program, {
      modules: this.#importsOf(personality, process.observer !== undefined),
      limits: process.limits,
      flag: this.#executor.watchdog.flag,
      pause: this.#pause,
      allocate: this.#allocate,
      pool: this.#memories,
      state,
    });
  }

  #importsOf(personality: Personality, isObserved: boolean): ReadonlyMap<string, ImportFunctions> {
    const key = `${personality.name} ${isObserved}`;
    return this.#imports.getOrInsertComputed(key, () =>
      personality.imports(this.#caller, isObserved),
    );
  }

  #checkPassed(): Promise<void> | undefined {
    const { process } = this.#caller;
    if (process.isEnding) process.exit({ kind: "exited", code: 0 });
    if (!this.#executor.watchdog.isDue()) return undefined;
    return process.pause();
  }

  /** The running program makes objects of so many bytes; answers how many more it may make. */
  #objectsMade(owedBytes: number): number | Promise<number> {
    const { process } = this.#caller;
    if (process.isEnding) process.exit({ kind: "exited", code: 0 });
    const allowedBytes = Math.max(0, process.limits.memory - process.memoryBytes);
    const answer = this.#objects.request(process, { owedBytes, allowedBytes });
    if (typeof answer === "number") return answer;
    const { who } = answer;
    const heapBytes = answer.isHeapFull ? this.#executor.heap.bytesMax : undefined;
    const reason = objectsOverLimit(who, heapBytes);
    if (who === process) process.exit(reason);
    who.end(reason);
    // By the time this one goes on, the other is gone, and asking again shows how much that gave.
    return process.pause().then(() => this.#objectsMade(owedBytes));
  }
}

/** Names what was reached: the process's own limit, or what objects may take of the heap. */
function objectsOverLimit({ limits }: Process, heapBytes: number | undefined): ExitReason {
  const allowed =
    heapBytes === undefined
      ? formatLimit("memory", limits.memory)
      : `${formatBytes(heapBytes)} of objects in the executor`;
  return { kind: "killed", by: { limit: "memory", allowed } };
}

/** Runs one step after the other; for a single one, as nearly always, nothing else is held. */
function inOrder([first, ...others]: readonly Entry[]): Promise<unknown> {
  if (first === undefined) return Promise.resolve();
  return others.length === 0 ? first() : first().then(() => inOrder(others));
}

/** Nothing of the process exists yet, so what it was granted is closed here. */
function tooManyGrants(spec: ProcessSpec, initial: readonly Descriptor[]): PlatformError {
  for (const descriptor of initial) descriptor.close();
  const counts = `${initial.length} descriptors, descriptors allows ${spec.limits.descriptors}`;
  return new PlatformError(`cannot start "${spec.name}": its grants take ${counts}`, {
    code: "LIMIT_OUT_OF_RANGE",
    hint: "grant less, or allow more descriptors",
  });
}

function tableFull(name: string, processesMax: number): PlatformError {
  return new PlatformError(`cannot start "${name}": ${processesMax} processes run already`, {
    code: "PROCESSES_OVER_LIMIT",
    hint: "end some, or start another executor",
  });
}
