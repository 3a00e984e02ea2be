import type { Executor, Outside } from "#core/host";
import { instantiate, MemoryPool, type Program } from "#core/machine";
import { type ExitReason, type Limits, type Pid, PlatformError } from "#core/sys";
import type { Descriptor } from "./descriptor.ts";
import { DescriptorTable } from "./descriptor-table.ts";
import type { CallObserver } from "./observer.ts";
import type { Caller, ImportFunctions, Personality } from "./personality.ts";
import { Process } from "./process.ts";
import { Scheduler } from "./scheduler.ts";
import type { Usage } from "./usage.ts";

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
  /** Called once, when the process is sure to start; the process closes them at its end. */
  readonly descriptors: () => readonly Descriptor[];
  readonly observer: CallObserver | undefined;
}

/** What is left of a process after its end. */
export interface ExitRecord {
  readonly pid: Pid;
  readonly name: string;
  readonly reason: ExitReason;
  readonly usage: Usage;
}

/** A started process, for whoever started it. */
export interface Started {
  readonly process: Process;
  /** Settles at the process's end. What it wrote may still be on its way (`delivered`). */
  readonly exit: Promise<ExitRecord>;
  /** Settles when everything it wrote has left, or cannot any more. */
  readonly delivered: Promise<void>;
  usage(): Usage;
}

/** The process table of one executor, and the way in and out of it. */
export class Kernel {
  readonly #executor: Executor;
  readonly #scheduler: Scheduler;
  readonly #processesMax: number;
  readonly #table = new Map<Pid, Process>();
  readonly #imports = new Map<string, ReadonlyMap<string, ImportFunctions>>();
  readonly #caller: Caller;
  readonly #pause: WebAssembly.ImportValue;
  readonly #memories = new MemoryPool();
  #lastPid = 0;

  constructor(executor: Executor, options: { readonly processesMax: number }) {
    this.#executor = executor;
    this.#processesMax = options.processesMax;
    const scheduler = new Scheduler(executor);
    this.#scheduler = scheduler;
    this.#caller = {
      get process(): Process {
        // Only processes are ever scheduled, and only the running one can make a call.
        return scheduler.running as Process;
      },
    };
    this.#pause = new WebAssembly.Suspending(() => this.#checkPassed());
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
    const pid = ++this.#lastPid as Pid;
    const startNs = this.#executor.clock.monotonicNs();
    const descriptors = new DescriptorTable<Descriptor>(spec.limits.descriptors);
    const exit = Promise.withResolvers<ExitRecord>();
    const delivered = Promise.withResolvers<void>();
    let used: Usage | undefined = undefined;
    let process: Process | undefined = undefined;
    const usage = (): Usage =>
      used ?? usageOf(process as Process, this.#executor.clock.monotonicNs() - startNs);
    const timer = this.#wallTimer(spec.limits, () => process?.endByLimit("wall-time"));
    process = new Process(
      {
        pid,
        name: spec.name,
        args: spec.args,
        env: spec.env,
        limits: spec.limits,
        outside: spec.outside,
        descriptors,
        observer: spec.observer,
        answerOf: (answer) => spec.personality.answerOf(answer),
        names: spec.program.names,
        run: (started) => this.#run(started, spec),
        ended: (ended, reason) => {
          timer?.cancel();
          used = usage();
          this.#table.delete(pid);
          ended.outputs.whenDelivered(delivered.resolve);
          exit.resolve({ pid, name: spec.name, reason, usage: used });
        },
      },
      this.#scheduler,
    );
    for (const descriptor of initial) {
      descriptors.add(descriptor);
      if (descriptor.object.kind === "output") process.outputs.add(descriptor.object.stream);
      if (descriptor.object.kind === "socket") process.outputs.add(descriptor.object.socket.output);
    }
    this.#table.set(pid, process);
    return { process, exit: exit.promise, delivered: delivered.promise, usage };
  }

  #wallTimer(limits: Limits, over: () => void): { cancel(): void } | undefined {
    const wallNs = limits["wall-time"];
    return wallNs === Infinity ? undefined : this.#executor.turns.after(wallNs, over);
  }

  async #run(process: Process, spec: ProcessSpec): Promise<void> {
    const instance = instantiate(spec.program, {
      modules: this.#importsOf(spec.personality, spec.observer !== undefined),
      limits: spec.limits,
      flag: this.#executor.watchdog.flag,
      pause: this.#pause,
      pool: this.#memories,
    });
    process.attach(instance);
    // The start function may make calls and wait like any other code, so it is not run by the
    // engine at instantiation but here, first.
    for (const start of instance.startFunctions) await start();
    for (const name of spec.personality.entryPoints(spec.program)) await instance.call(name);
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
