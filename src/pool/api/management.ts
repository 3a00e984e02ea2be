import type {
  PeekRange,
  QueuedMessage,
  QueueStanding,
  QueueView,
  ScheduleView,
  SentMessage,
} from "#pool/api/queued";
import type { HistogramView } from "#core/base";
import type { ProcessUsage } from "#pool/host";
import type { Canary, RehearsalReport } from "#pool/renewal";
import type { FindingReport } from "#pool/scale/finding";
import type { Traffic, UnlistedCall } from "#pool/traffic";

/** An app as somebody hands it over. */
export interface DeployRequest {
  /** The text of its `noos.yaml`. */
  readonly manifest: string;
  /** What the text is called in messages. */
  readonly file: string;
  /** The absolute directory on the daemon's machine that relative `files` start from. */
  readonly base: string;
  /** The digest of each image, by the name the manifest has for it. All were uploaded. */
  readonly images: Readonly<Record<string, string>>;
  /** New builds of what serves have this part of the calls at first; without it, all of them. */
  readonly canary?: Canary;
}

/** What a process that serves is to be rehearsed with: one of the two. */
export interface RehearsalRequest {
  /** The digest of another image, which runs as the spec has it run now. It was uploaded. */
  readonly image?: string;
  /** An app as it would be deployed; of its images only that of the process was uploaded. */
  readonly app?: DeployRequest;
}

/** What a deploy would change. */
export interface PlanView {
  readonly app: string;
  readonly isEmpty: boolean;
  /** The same for people, as `formatPlan` writes it. */
  readonly text: string;
  readonly counts: {
    readonly added: number;
    readonly removed: number;
    readonly restarted: number;
    readonly renewed: number;
    readonly configured: number;
    readonly kept: number;
    readonly starts: number;
    readonly ends: number;
  };
}

export interface DeployAnswer {
  readonly plan: PlanView;
  /** Of the app's desired state, from here on. */
  readonly revision: number;
}

export interface StatusView {
  readonly version: string;
  readonly pid: number;
  readonly dataFolder: string;
  /** Where requests come in, if anywhere. */
  readonly http?: string | undefined;
  readonly https?: string | undefined;
  /** Until the first certificate for TLS ends, less than 0 afterwards; where there is TLS. */
  readonly certificateSecondsLeft?: number | undefined;
  readonly upNs: number;
  readonly memoryBytes: number;
  readonly executors: readonly {
    readonly slot: number;
    /** Of one that waits to be started again there is none. */
    readonly pid?: number | undefined;
    readonly state: "starting" | "running" | "waiting";
    readonly processes: number;
    readonly restarts: number;
  }[];
  readonly apps: readonly {
    readonly name: string;
    readonly revision: number;
    /** Wanted, running, and waiting for a restart. */
    readonly wanted: number;
    readonly running: number;
    readonly waiting: number;
    /** Ended with a failure, and not to be started again. */
    readonly failed: number;
    /** Specs that serve by an earlier build, for what is wanted was reverted; none if left out. */
    readonly reverted?: number;
    /** Of the app's root: `failed` where it gave up. */
    readonly state: "running" | "ending" | "failed" | "done";
  }[];
  /** Those that can be read. */
  readonly queues: readonly QueueView[];
  readonly schedules: readonly (ScheduleView & {
    readonly app: string;
    readonly process: string;
  })[];
}

/** What a process that serves does at the moment, and what it has done in its present life. */
export interface ServingView {
  /** Instances that take requests, and those on their way to it. */
  readonly ready: number;
  readonly starting: number;
  /** Requests that wait for an instance, and those that an instance has. */
  readonly waiting: number;
  readonly inFlight: number;
  /** How many came. */
  readonly requests: number;
  /** The slots of the executors that it is spread over; left out where it is one. */
  readonly executors?: readonly number[];
  /** What became of the last build that it was to serve by, if it was not always this one. */
  readonly renewal?: RenewalView;
}

/** How a new build of a process that serves takes over, or did. */
export interface RenewalView {
  /**
   * `starting`: nobody calls it yet; `canary`: it has a part of the calls; `trial`: all, and it
   * may be reverted still; `kept`; `reverted`: the build before serves.
   */
  readonly state: "starting" | "canary" | "trial" | "kept" | "reverted";
  /** Of the deploy that wants it. */
  readonly revision: number;
  /** For people: why it was reverted, or what was seen of it. */
  readonly why: string;
  /** How long a canary or a trial still takes; nothing of one without an end. */
  readonly leftNs?: number;
}

/** A node of an app's tree. */
export interface ProcessView {
  /** `shop/front/api.2`; the first is the app's root, called as the app. */
  readonly path: string;
  readonly kind: "supervisor" | "process";
  /** The name of its spec in the manifest. */
  readonly spec?: string;
  readonly state: "idle" | "starting" | "running" | "ending" | "waiting" | "held" | "done";
  /** Since its present life began; of one that waits, until it starts. */
  readonly ageNs?: number;
  readonly restarts: number;
  readonly usage?: ProcessUsage;
  /** Of one that serves. */
  readonly serving?: ServingView;
  /** Whom it called in its present life that its `uses` do not list. */
  readonly unlisted?: readonly UnlistedCall[];
  /** The slot of its executor. */
  readonly executor?: number;
  /** How its last life ended, for people. */
  readonly lastEnd?: string;
  /** What to do about that end: told where its start was refused. */
  readonly lastEndHint?: string;
  /** That end was a failure. */
  readonly hasFailed?: boolean;
  /** Of one that is idle: the path of who is to be up before it starts. */
  readonly waitsFor?: string;
  /** Of one that runs at certain times. */
  readonly schedule?: ScheduleView;
}

export type EventKind =
  | "app-deployed"
  | "app-removed"
  | "process-starting"
  | "process-started"
  | "process-asked"
  | "process-spread"
  | "process-ended"
  | "supervisor-started"
  | "supervisor-ended"
  | "crash-recorded"
  | "executor-started"
  | "executor-lost"
  /** One of the processes that serve under a path ended, and nobody wanted it to. */
  | "instance-failed"
  /** Memory ran short, and idle ones of the processes that serve under a path were ended. */
  | "instances-relieved"
  /** For the first time in its life a process called somebody its `uses` do not list. */
  | "call-unlisted"
  /** What a path is to serve by starts, has a part of the calls, or all of them and is on trial. */
  | "renewal-starting"
  | "renewal-canary"
  | "renewal-trial"
  /** It stays, or did not start or was worse, and what served before goes on. */
  | "renewal-kept"
  | "renewal-reverted"
  /** What noos found out itself could not be kept: the next start knows nothing of it. */
  | "state-unwritten"
  /** The address of a tcp: route cannot be had, and is tried again. */
  | "address-failed"

  /** A message was not acknowledged in all its attempts. */
  | "message-died"
  /** A queue cannot be read or written, and is tried again. */
  | "queue-failed"
  /** Times of a schedule came when nobody could run it. */
  | "run-missed"
  | "run-failed"
  /** The clock went back so far that a schedule begins anew. */
  | "clock-stepped"
  /** A certificate for TLS was read again, cannot be used, or ends soon or has ended. */
  | "certificate-read"
  | "certificate-refused"
  | "certificate-expires";

/** Something that happened. */
export interface EventView {
  /** Where a stream of events can be taken up again: after this one. */
  readonly position: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly kind: EventKind;
  readonly app?: string;
  readonly path?: string;
  /** For people: an exit reason, a plan's counts. */
  readonly text?: string;
  readonly isFailure?: boolean;
  /** When it is to be started again. */
  readonly delayNs?: number;
  /** What `noos replay` plays it back from. */
  readonly crash?: string;
}

export interface OutputView {
  readonly path: string;
  /** What it wrote to stdout and stderr, as text; what is no UTF-8 is replaced. */
  readonly text: string;
  /** How many bytes it wrote until the end of `text`, to ask for what comes after. */
  readonly endBytes: number;
  /** How many of them `text` begins after. */
  readonly startBytes: number;
  /** How many came after `text`, and begin a character of which more may come. */
  readonly heldBytes: number;
}

/** Why there are as many instances of what serves as there are, and who comes in. */
export interface WhyView {
  readonly path: string;
  /** Whether it serves; what does not is not scaled. */
  readonly isServing: boolean;
  /** What was decided lately, the oldest first. */
  readonly findings: readonly FindingReport[];
}

export interface SecretView {
  readonly app: string;
  readonly name: string;
  /** ISO 8601. */
  readonly setAt: string;
}

export interface CrashView {
  readonly id: string;
  readonly app: string;
  readonly path: string;
  readonly at: string;
  readonly reason: string;
  readonly sizeBytes: number;
  /** Whether it reaches back to the start, so that it can be replayed. */
  readonly isWhole: boolean;
}

/** Of the processes of one spec that are gone. In seconds; those of several may be merged. */
export interface SpecHistograms {
  /** How long each ran; 0 of one that never did. */
  readonly lifeSeconds: HistogramView;
  /** What each computed; nothing of those whose executor was lost. */
  readonly cpuSeconds: HistogramView;
  /**
   * From the end of one, or from the order where it was ordered later, until the next at its place
   * ran, with the delay of its restart.
   */
  readonly restartSeconds: HistogramView;
}

/** Signals of all processes of one spec, those that are gone included. */
export interface SpecSignals {
  readonly app: string;
  readonly spec: string;
  readonly running: number;
  readonly restarts: number;
  readonly usage: ProcessUsage;
  /** How many ended, by kind of exit reason. */
  readonly ends: Readonly<Record<string, number>>;
  readonly histograms: SpecHistograms;
  /** Of a spec that serves. */
  readonly traffic?: Traffic;
  /** Calls that the `uses` of the spec do not list, if it made any. */
  readonly unlisted?: readonly UnlistedCall[];
}

/**
 * What can be asked of a daemon. Each throws a `PlatformError` that says what is wrong and what to
 * do next: `APP_UNKNOWN`, `CHILD_UNKNOWN`, `MANIFEST_INVALID`, `IMAGE_UNKNOWN`, `SECRET_UNSET`, …
 */
export interface Management {
  status(): Promise<StatusView>;
  plan(request: DeployRequest): PlanView;
  deploy(request: DeployRequest): DeployAnswer;
  /** Gives all calls to the canaries of an app, which are on trial then. `CANARY_UNKNOWN`. */
  promote(app: string): void;
  remove(app: string): void;
  /** All of one app, or of all; parents before children. */
  processes(app?: string): Promise<readonly ProcessView[]>;
  /**
   * Ends a process or a supervisor, which then stays down until `restart`, or the daemon's next
   * start: what was deployed is wanted still. `scale` to 0 is kept.
   */
  end(path: string): void;
  restart(path: string): void;
  /** Sets how many of a spec are wanted, until a deploy says otherwise. */
  scale(app: string, spec: string, count: number): void;
  /**
   * The last of what a process wrote, or of that what came after so many bytes; then a character
   * that is not whole yet is held back. After more than it wrote there is all: where `endBytes` is
   * less than `after`, another executor has it, whose count began anew.
   */
  output(path: string, after?: number): Promise<OutputView>;
  /** What was decided lately about a process that serves. */
  why(path: string): Promise<WhyView>;
  /**
   * Has another build answer, aside and without effects, what a process that serves was asked of
   * late; says which answers differ. Changes nothing. `CHILD_UNKNOWN` for what does not serve,
   * `IMAGE_UNKNOWN`, `REHEARSAL_OFF`, `REHEARSAL_CUT`, and why a build cannot be started.
   */
  rehearse(path: string, request: RehearsalRequest): Promise<RehearsalReport>;
  /** Of the newest event: what comes after it is what happens from now on. */
  position(): string;
  /**
   * The first `max` after a position, oldest first; of all that are kept without one. Throws
   * `POSITION_UNKNOWN` where what came after it is no longer kept.
   */
  events(after?: string, max?: number): readonly EventView[];
  /** Calls `next` for each event from now on, until the answer is called. */
  follow(next: (event: EventView) => void): () => void;
  setSecret(app: string, name: string, value: string): void;
  secrets(app?: string): readonly SecretView[];
  removeSecret(app: string, name: string): void;
  signals(): Promise<readonly SpecSignals[]>;
  /** Those of one app, or of all, with those whose messages are kept though no app has them. */
  queues(app?: string): Promise<readonly QueueView[]>;
  messages(app: string, queue: string, range: PeekRange): Promise<readonly QueuedMessage[]>;
  /** Answers its id when it is durable. Throws `QUEUE_FULL`, `MESSAGE_REFUSED`. */
  sendMessage(app: string, queue: string, message: SentMessage): Promise<number>;
  /** Has dead messages be ready again, all when none are named. Answers how many. */
  redrive(app: string, queue: string, ids?: readonly number[]): Promise<number>;
  /** Removes all messages of one standing, or all. */
  purge(app: string, queue: string, standing: QueueStanding | "all"): Promise<number>;
  /** Sends messages again that are done with, from one id up to another. */
  replayMessages(
    app: string,
    queue: string,
    range: { readonly from: number; readonly to?: number },
  ): Promise<number>;
  crashes(): readonly CrashView[];
}
