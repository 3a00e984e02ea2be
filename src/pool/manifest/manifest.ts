import type { LimitName, Limits } from "#core/sys";
import type { QueueLimits } from "#pool/queue/ledger";

/** An app: what `noos.yaml` says, with all that it leaves out. Plain data; equal if JSON is. */
export interface Manifest {
  readonly app: string;
  /** In the order of the file, which is the order of their start where no tree says another. */
  readonly processes: readonly ProcessSpec[];
  readonly tree: SupervisorSpec;
  /** Texts that several processes use, by name in alphabetical order. */
  readonly config: readonly NamedText[];
  /** Those that the file names, in its order; then those that somebody only consumes. */
  readonly queues: readonly QueueSpec[];
}

/** A durable queue of an app. */
export interface QueueSpec {
  readonly name: string;
  readonly limits: QueueLimits;
}

export interface NamedText {
  readonly name: string;
  readonly value: string;
}

/** How the processes of one name are run. */
export interface ProcessSpec {
  readonly name: string;
  /** A file or directory, as the manifest spells it. */
  readonly image: string;
  /** `image` is a script, the manifest's `source`, and what is deployed of it is built. */
  readonly isScript?: true;
  readonly args: readonly string[];
  /** So many of them are wanted. */
  readonly count: number;
  readonly limits: ProcessLimits;
  readonly restart: RestartType;
  /** Without it, restarts are paced for ever. */
  readonly giveUp?: GiveUp;
  /** How long it may take to end after it was asked. */
  readonly graceNs: number;
  readonly uses: Uses;
  /**
   * Of one that answers requests: its processes come and go with them. Messages and runs of a
   * schedule are requests, so one that has these serves, whether its file says so or not.
   */
  readonly serve?: Serve;
  /** Of one that is given the messages of a queue. */
  readonly consume?: Consume;
  /** Of one that runs at certain times. */
  readonly schedule?: ProcessSchedule;
}

/** Whose messages a spec is given. */
export interface Consume {
  /** A queue of the app. */
  readonly queue: string;
  /** Messages that all its instances have at a time. */
  readonly atOnce: number;
  /** Messages that one request brings at most; 1: each is a request of its own. */
  readonly batch: number;
  /** How long a message waits for others to fill a batch. */
  readonly waitNs: number;
}

/** When a spec is run: one of `every` and `cron`, as `parseSchedule` reads them. */
export interface ProcessSchedule {
  readonly every?: string;
  readonly cron?: string;
  /** Of `cron`. */
  readonly zone?: string;
  /** What becomes of times that nobody was there for. */
  readonly missed: "run-once" | "skip";
}

/** Which requests a spec answers, and by how many processes. */
export interface Serve {
  /** As `formatRoute` writes them. Without any it can only be called by its name. */
  readonly routes: readonly string[];
  /** How a command takes requests; of a program that the kernel calls for them it says nothing. */
  readonly as: ServeAs;
  readonly instances: Span;
  /** On how many executors it has instances. */
  readonly spread: Span;
  /** Requests that one instance takes in all. */
  readonly calls: number | "unlimited";
  /** Requests that one instance has at a time. */
  readonly atOnce: number | "unlimited";
  /** How long an answer may take to begin. */
  readonly timeoutNs: number;
  /** How many requests may wait for an instance, and for how long. */
  readonly waiting: number;
  readonly waitNs: number;
  /** How long an instance stays without a request. */
  readonly idleNs: Span;
  /** What a new build has to answer well before it is called: a path, with a query perhaps. */
  readonly probe?: string;
  /** How long answers that have begun may go on with an instance that leaves. */
  readonly drainNs: number;
  /** For so long a new build can be found worse than the one before. */
  readonly trialNs: number;
  /** Requests of late are not kept, by which another build could be rehearsed. */
  readonly rehearsal?: "off";
}

/**
 * `cgi`: a process for each request. `server`: one that accepts connections with requests, for
 * many. `tcp`: one that accepts connections whose bytes are as who made them sent them.
 */
export type ServeAs = "cgi" | "server" | "tcp";

/** From the least to the most. */
export interface Span {
  readonly min: number;
  readonly max: number;
}

/** What a process may reach. What is not here does not exist for it. */
export interface Uses {
  /** `HOST[::GUEST][:ro]`, in the order of its descriptors. */
  readonly files: readonly string[];
  /** Addresses as `formatAddress` writes them, in the order of its descriptors. */
  readonly listen: readonly string[];
  readonly connect: readonly string[];
  /** By name in alphabetical order. */
  readonly env: readonly NamedText[];
  /** Names of the app's config. Alphabetical. */
  readonly config: readonly string[];
  /** Names of secrets, whose values no manifest has. Alphabetical. */
  readonly secrets: readonly string[];
  /** Names of processes that it may start as its children. Alphabetical. */
  readonly spawn: readonly string[];
  /** Whom it may make requests to, as `parseCallee` reads them. Alphabetical. */
  readonly call: readonly string[];
  /** Requests to others are made, too, and counted; without it they are refused, and counted. */
  readonly unlisted?: "count";
}

/** A limit of the executor is no process's own. */
export type ProcessLimitName = Exclude<LimitName, "processes">;

/** Each limit in its row's unit. JSON has no infinity. */
export type ProcessLimits = { readonly [Name in ProcessLimitName]: number | "unlimited" };

/** Which ends of a process are followed by a new start. */
export type RestartType = "always" | "on-failure" | "never";

/** Who is started anew with a child: only itself, all its siblings, or those after it. */
export type Strategy = "one-for-one" | "one-for-all" | "rest-for-one";

/** More than `restarts` restarts within `withinNs` are a failure of the parent. */
export interface GiveUp {
  readonly restarts: number;
  readonly withinNs: number;
}

export interface SupervisorSpec {
  readonly kind: "supervisor";
  /** Unique among supervisors. One the file does not name is called by its place: `root.2`. */
  readonly name: string;
  readonly strategy: Strategy;
  readonly restart: RestartType;
  readonly giveUp?: GiveUp;
  /** In the order of their start; they end in reverse. */
  readonly children: readonly TreeChild[];
}

/** A leaf of the tree: all processes of that spec. */
export interface ProcessChild {
  readonly kind: "process";
  readonly name: string;
}

export type TreeChild = ProcessChild | SupervisorSpec;

/** The field of the manifest that says what a process is of. */
export function imageField(spec: { readonly isScript?: true | undefined }): "image" | "source" {
  return spec.isScript === true ? "source" : "image";
}

/** A spec's limits as a kernel takes them. */
export function limitNumbers(given: ProcessLimits): Partial<Limits> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, value === "unlimited" ? Infinity : value]),
  );
}
