import { assert } from "#core/base";
import { Recent } from "#core/base/collections";
import type {
  Blobs,
  ByteSink,
  ByteSource,
  Connection,
  Executor,
  Family,
  Listener,
  OutsideDirectory,
  SharedOutside,
} from "#core/host";
import type { GrantedPorts } from "#core/host/granted";
import type { Inlet, Outlet } from "#core/host/traffic";
import { type Beginning, type Boundary, Kernel, type Launch, type Started } from "#core/kernel";
import { type Program, WantedProgram } from "#core/machine";
import { Capture, content } from "#core/stream";
import { type Limits, PlatformError } from "#core/sys";
import type { Directory } from "#core/vfs";
import { Beginnings } from "./beginnings.ts";
import { completeLimits } from "./complete-limits.ts";
import { initialDescriptors } from "./descriptors.ts";
import { personality } from "./personality.ts";
import { ProcessClock } from "./process-clock.ts";
import { Running, type RunningProcess } from "./running.ts";

/** What a system stands on. */
export interface SystemHost extends Executor {
  readonly outside: SharedOutside;
  /** Where instrumented programs are kept by content; without it each load does the work anew. */
  readonly blobs?: Blobs | undefined;
}

/** A directory of the outside under the name it has for the guest. */
export interface DirectoryGrant {
  readonly guest: string;
  readonly port: OutsideDirectory;
}

export interface LoadOptions {
  /** For messages. */
  readonly name?: string;
  /** Without checks a program cannot be paused: for trusted work on a thread of its own. */
  readonly isPreemptible?: boolean;
}

/** How a process is started and what it may reach. What is left out does not exist for it. */
export interface StartOptions {
  readonly name?: string;
  /** Arguments after the program's name. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** By default the process finds the end of stdin at once. */
  readonly stdin?: ByteSource | string | Uint8Array;
  /**
   * Two sinks: one and the same is refused, for each has a buffer of its own before it, and what
   * waited in them would come out of order. By default the last MiB of either is kept, for
   * `output` and `errors`.
   */
  readonly stdout?: ByteSink;
  readonly stderr?: ByteSink;
  readonly directories?: readonly DirectoryGrant[];
  readonly listeners?: readonly { readonly name: string; readonly port: Listener }[];
  readonly connections?: readonly { readonly name: string; readonly port: Connection }[];
  /** Lets it have children, and tells it of them and of being asked to end. */
  readonly family?: Family;
  /** The requests that come for it. A program that serves, and has none, is refused. */
  readonly inlet?: Inlet;
  /** Lets it make requests. */
  readonly outlet?: Outlet;
  readonly terminals?: readonly boolean[];
  /** A root of its own, made when the process is: an image's layers, for example. */
  readonly root?: RootMaker;
  readonly limits?: Partial<Limits>;
  /** A recorder, for example. */
  readonly boundary?: (launch: Launch) => Boundary;
}

/**
 * Makes a process's root, which the process owns and releases at its end. The clock is the
 * process's own, so that a replay sees the same times.
 */
export type RootMaker = (ports: GrantedPorts, limits: Limits) => Directory;

const none: readonly never[] = [];

/** So many different limits, environments and lists of arguments are known at a time. */
const sharedMax = 256;

/** One kernel with all that is around it, but for what makes programs of bytes: see `System`. */
export class Launcher {
  readonly #host: SystemHost;
  readonly #kernel: Kernel;
  readonly #limits: Limits;
  readonly #beginnings: Beginnings;
  /** Processes that are given the same share it: mostly there are many of a kind. */
  readonly #sharedLimits = new Recent<Limits>(sharedMax);
  readonly #sharedTexts = new Recent<readonly string[]>(sharedMax);

  /** `given` are defaults for all processes, and the limits of the executor itself. */
  constructor(host: SystemHost, given: Partial<Limits> = {}) {
    this.#host = host;
    this.#limits = completeLimits(given);
    this.#kernel = new Kernel(host, { processesMax: this.#limits.processes });
    this.#beginnings = new Beginnings({
      turns: host.turns,
      launch: ({ program, launch, root }, around) =>
        this.launch(program, launch, { root, ...around }),
    });
  }

  get processCount(): number {
    return this.#kernel.processCount;
  }

  /** A program of these bytes, to be found among those that were kept, or to be made. */
  want(bytes: Uint8Array, options: LoadOptions = {}): WantedProgram {
    return new WantedProgram(
      bytes,
      { codec: this.#host.codec, clock: this.#host.clock, blobs: this.#host.blobs },
      {
        name: options.name ?? "program",
        moduleBytesMax: this.#limits["module-size"],
        tableElementsMax: this.#limits["table-elements"],
        isPreemptible: options.isPreemptible ?? true,
      },
    );
  }

  /** Sees that a program finds here all that it imports. Throws `IMPORT_MISSING`. */
  check(program: Program): void {
    this.#kernel.check(program, personality);
  }

  /** Starts a process. Throws `LIMIT_OUT_OF_RANGE`, `PROCESSES_OVER_LIMIT`, `GRANT_INVALID`. */
  start(program: Program, options: StartOptions = {}): RunningProcess {
    const launch = this.#launchOf(program, options);
    const stdout = options.stdout ?? new Capture();
    const stderr = options.stderr ?? new Capture();
    if (stdout === stderr) throw oneSink(launch.name);
    const { root } = options;
    const boundary = options.boundary?.(launch);
    const canBegin = boundary === undefined || boundary.observer.initialised !== undefined;
    const started = this.launch(program, launch, {
      ports: (outside) => ({
        outside,
        stdin: sourceOf(options.stdin),
        stdout,
        stderr,
        directories: options.directories?.map((grant) => grant.port) ?? none,
        listeners: options.listeners?.map((grant) => grant.port) ?? none,
        connections: options.connections?.map((grant) => grant.port) ?? none,
        family: options.family,
        inlet: options.inlet,
        outlet: options.outlet,
      }),
      root,
      boundary,
      beginning: canBegin ? this.#beginnings.of({ program, launch, root }) : undefined,
    });
    return new Running(started, { stdout, stderr });
  }

  /**
   * Has what processes that are started so begin with made before the first is, if it can be. What
   * ports there are is looked at, and none is touched.
   */
  runAhead(program: Program, options: StartOptions): void {
    if (!program.isRestorable) return;
    const { root } = options;
    this.#beginnings.of({ program, launch: this.#launchOf(program, options), root });
  }

  /** Starts a process as a launch says; `ports` is left out when the boundary needs none. */
  launch(
    program: Program,
    launch: Launch,
    around: {
      readonly ports?: (outside: GrantedPorts["outside"]) => GrantedPorts;
      readonly root?: RootMaker | undefined;
      readonly boundary?: Boundary | undefined;
      readonly beginning?: Beginning | undefined;
    },
  ): Started {
    const shared = this.#host.outside;
    const clock = new ProcessClock(shared.clock);
    const direct = around.ports?.({ clock, entropy: shared.entropy, timers: shared.timers });
    const ports = around.boundary === undefined ? direct : around.boundary.ports(direct);
    assert(ports !== undefined, "a launch without a boundary brings its ports");
    const started = this.#kernel.spawn({
      name: launch.name,
      program,
      personality,
      args: launch.args,
      env: launch.env,
      limits: launch.limits,
      outside: ports.outside,
      family: ports.family,
      inlet: ports.inlet,
      outlet: ports.outlet,
      descriptors: () => initialDescriptors(launch, ports, around.root?.(ports, launch.limits)),
      observer: around.boundary?.observer,
      beginning: around.beginning,
    });
    clock.process = started.process;
    return started;
  }

  #launchOf(program: Program, options: StartOptions): Launch {
    const name = options.name ?? program.name;
    const env = Object.entries(options.env ?? none).map(([key, value]) => `${key}=${value}`);
    return {
      name,
      // A list that is spread into another leaves room for sixteen more.
      args: [name].concat(this.#texts(options.args ?? none)),
      env: this.#texts(env),
      limits: this.#limitsFor(options.limits),
      terminals: options.terminals ?? none,
      listeners: options.listeners?.map((grant) => grant.name) ?? none,
      connections: options.connections?.map((grant) => grant.name) ?? none,
      directories:
        options.directories?.map(({ guest, port }) => ({ guest, readOnly: port.readOnly })) ?? none,
      hasRoot: options.root !== undefined,
      familyPath: options.family?.path,
      hasInlet: options.inlet !== undefined,
      hasOutlet: options.outlet !== undefined,
      names: this.#texts(options.outlet?.names ?? none),
    };
  }

  #limitsFor(given: Partial<Limits> | undefined): Limits {
    if (given === undefined) return this.#limits;
    const key = Object.entries(given).join();
    return this.#sharedLimits.get(key, () => completeLimits({ ...this.#limits, ...given }));
  }

  #texts(texts: readonly string[]): readonly string[] {
    return texts.length === 0
      ? none
      : this.#sharedTexts.get(JSON.stringify(texts), () => [...texts]);
  }
}

function oneSink(name: string): PlatformError {
  return new PlatformError(
    `cannot start "${name}": its stdout and stderr are one and the same sink`,
    { code: "GRANT_INVALID", hint: "give each a sink of its own" },
  );
}

function sourceOf(stdin: StartOptions["stdin"]): ByteSource {
  return stdin === undefined || typeof stdin === "string" || stdin instanceof Uint8Array
    ? content(stdin ?? "")
    : stdin;
}
