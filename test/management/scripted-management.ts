import { Histogram, type HistogramView } from "#core/base";
import { PlatformError } from "#core/sys";
import type {
  CrashView,
  DeployAnswer,
  DeployRequest,
  EventView,
  Management,
  OutputView,
  PlanView,
  ProcessView,
  RehearsalRequest,
  SecretView,
  SpecSignals,
  StatusView,
  WhyView,
} from "#pool/api";
import type { RehearsalReport } from "#pool/renewal";
import type {
  PeekRange,
  QueuedMessage,
  QueueStanding,
  QueueView,
  SentMessage,
} from "#pool/api/queued";

const usage = {
  cpuNs: 1_500_000_000,
  wallNs: 9e9,
  memoryBytes: 65_536,
  memoryPeakBytes: 131_072,
  calls: 42,
  readBytes: 1000,
  writtenBytes: 2000,
  waitNs: 250_000_000,
};

const status: StatusView = {
  version: "0.1.0",
  pid: 4711,
  dataFolder: "/var/lib/noos",
  upNs: 3_600_000_000_000,
  memoryBytes: 50_000_000,
  executors: [
    { slot: 0, pid: 4712, state: "running", processes: 3, restarts: 1 },
    { slot: 1, state: "waiting", processes: 0, restarts: 2 },
  ],
  queues: [],
  schedules: [],
  apps: [
    { name: "shop", revision: 7, wanted: 4, running: 3, waiting: 1, failed: 0, state: "running" },
  ],
};

const plan: PlanView = {
  app: "shop",
  isEmpty: false,
  text: "+ worker ×3\n",
  counts: {
    added: 1,
    removed: 0,
    restarted: 0,
    renewed: 0,
    configured: 0,
    kept: 0,
    starts: 3,
    ends: 0,
  },
};

const signals: readonly SpecSignals[] = [
  {
    app: "shop",
    spec: "worker",
    running: 3,
    restarts: 5,
    usage,
    ends: { exited: 4, trapped: 1 },
    histograms: {
      lifeSeconds: histogramOf(0, 0.5, 1, 60, 3600),
      cpuSeconds: histogramOf(0, 0.125, 0.25, 0.25, 1),
      restartSeconds: histogramOf(),
    },
  },
];

function histogramOf(...values: readonly number[]): HistogramView {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram.view();
}

/** `Management` whose answers are given, and which notes what it was asked. */
export class ScriptedManagement implements Management {
  readonly asked: (readonly [name: string, ...words: readonly unknown[]])[] = [];
  /** Asked for the operation of this name, it throws this. */
  readonly refusals: Map<keyof Management, unknown> = new Map();
  answers: {
    status: StatusView;
    plan: PlanView;
    processes: readonly ProcessView[];
    output: OutputView;
    why: WhyView;
    rehearsal: RehearsalReport;
    secrets: readonly SecretView[];
    signals: readonly SpecSignals[];
    crashes: readonly CrashView[];
    queues: readonly QueueView[];
    messages: readonly QueuedMessage[];
  } = {
    status,
    plan,
    processes: [
      { path: "shop", kind: "supervisor", state: "running", restarts: 0 },
      {
        path: "shop/worker.1",
        kind: "process",
        spec: "worker",
        state: "running",
        restarts: 2,
        usage,
      },
    ],
    output: { path: "shop/worker.1", text: "done\n", endBytes: 105, startBytes: 100, heldBytes: 0 },
    why: {
      path: "shop/worker.1",
      isServing: true,
      findings: [
        {
          by: "replicas",
          decided: "2 instances",
          reason: "load-grew",
          why: "the calls of the last moments need more instances",
          saw: { callsPerSecond: 12.5, readyCount: 1 },
          sinceNs: 90e9,
          ageNs: 2e9,
          times: 4,
        },
      ],
    },
    rehearsal: {
      recent: 12,
      made: 12,
      same: 10,
      differing: 1,
      unsettled: 1,
      doubts: ["GET /cart: 200, aside 502"],
      callsRefused: 0,
      answers: [
        {
          method: "GET",
          target: "/items",
          differences: [{ place: "$.items[2].price", before: "300", after: "3" }],
          more: 0,
          callsRefused: 0,
        },
      ],
      unsteady: ["GET /items $.now"],
    },
    queues: [
      {
        app: "shop",
        name: "jobs",
        isWanted: true,
        ready: 3,
        held: 1,
        delayed: 0,
        leased: 2,
        dead: 1,
        sizeBytes: 4096,
        oldestNs: 90e9,
        consumers: ["shop/worker"],
        bounds: { lease: "30s", attempts: "5" },
      },
    ],
    messages: [
      {
        id: 17,
        standing: "dead",
        attempts: 5,
        deliveries: 6,
        sentAt: "2026-11-21T07:00:00.000Z",
        at: "2026-11-21T07:05:00.000Z",
        cause: "failed",
        fields: ["content-type", "text/plain"],
        bodyBytes: 5,
        body: "aGVsbG8=",
      },
    ],
    secrets: [{ app: "shop", name: "DB_PASSWORD", setAt: "2026-11-21T07:00:00Z" }],
    signals,
    crashes: [
      {
        id: "shop-worker.1-3",
        app: "shop",
        path: "shop/worker.1",
        at: "2026-11-21T07:00:00Z",
        reason: "trapped(unreachable)",
        sizeBytes: 9,
        isWhole: true,
      },
    ],
  };
  /** So many of the newest events are kept. */
  keptMax = 10_000;
  readonly #kept: EventView[] = [];
  readonly #followers = new Set<(event: EventView) => void>();
  #count = 0;

  get followers(): number {
    return this.#followers.size;
  }

  /** Something happens. */
  happen(text: string, fields: Partial<EventView> = {}): void {
    this.#count += 1;
    const position = `${this.#count}`;
    const at = "2026-11-21T07:00:00Z";
    const event: EventView = {
      at,
      kind: "process-started",
      app: "shop",
      text,
      ...fields,
      position,
    };
    this.#kept.push(event);
    if (this.#kept.length > this.keptMax) this.#kept.shift();
    for (const next of this.#followers) next(event);
  }

  status(): Promise<StatusView> {
    return this.#later("status", () => this.answers.status);
  }

  plan(request: DeployRequest): PlanView {
    this.#note("plan", request);
    return this.answers.plan;
  }

  deploy(request: DeployRequest): DeployAnswer {
    this.#note("deploy", request);
    return { plan: this.answers.plan, revision: 8 };
  }

  remove(app: string): void {
    this.#note("remove", app);
  }

  processes(app?: string): Promise<readonly ProcessView[]> {
    return this.#later("processes", () => this.answers.processes, app);
  }

  end(path: string): void {
    this.#note("end", path);
  }

  promote(app: string): void {
    this.#note("promote", app);
  }

  restart(path: string): void {
    this.#note("restart", path);
  }

  scale(app: string, spec: string, count: number): void {
    this.#note("scale", app, spec, count);
  }

  output(path: string, after?: number): Promise<OutputView> {
    return this.#later("output", () => this.answers.output, path, after);
  }

  why(path: string): Promise<WhyView> {
    return this.#later("why", () => this.answers.why, path);
  }

  rehearse(path: string, request: RehearsalRequest): Promise<RehearsalReport> {
    return this.#later("rehearse", () => this.answers.rehearsal, path, request);
  }

  position(): string {
    return `${this.#count}`;
  }

  events(after?: string, max: number = Infinity): readonly EventView[] {
    const first = this.#count - this.#kept.length;
    const index = after === undefined ? 0 : Number(after) - first;
    if (!(index >= 0 && index <= this.#kept.length)) {
      throw new PlatformError(`events after ${after} are no longer kept`, {
        code: "POSITION_UNKNOWN",
        hint: "begin without a position",
      });
    }
    return this.#kept.slice(index, index + max);
  }

  follow(next: (event: EventView) => void): () => void {
    this.#followers.add(next);
    return () => this.#followers.delete(next);
  }

  setSecret(app: string, name: string, value: string): void {
    this.#note("setSecret", app, name, value);
  }

  secrets(app?: string): readonly SecretView[] {
    this.#note("secrets", app);
    return this.answers.secrets;
  }

  removeSecret(app: string, name: string): void {
    this.#note("removeSecret", app, name);
  }

  signals(): Promise<readonly SpecSignals[]> {
    return this.#later("signals", () => this.answers.signals);
  }

  queues(app?: string): Promise<readonly QueueView[]> {
    return this.#later("queues", () => this.answers.queues, app);
  }

  messages(app: string, queue: string, range: PeekRange): Promise<readonly QueuedMessage[]> {
    return this.#later("messages", () => this.answers.messages, app, queue, range);
  }

  sendMessage(app: string, queue: string, { body, ...others }: SentMessage): Promise<number> {
    const text = Buffer.from(body).toString();
    return this.#later("sendMessage", () => 18, app, queue, text, others);
  }

  redrive(app: string, queue: string, ids?: readonly number[]): Promise<number> {
    return this.#later("redrive", () => 1, app, queue, ids);
  }

  purge(app: string, queue: string, standing: QueueStanding | "all"): Promise<number> {
    return this.#later("purge", () => 2, app, queue, standing);
  }

  replayMessages(
    app: string,
    queue: string,
    range: { readonly from: number; readonly to?: number },
  ): Promise<number> {
    return this.#later("replayMessages", () => 3, app, queue, range);
  }

  crashes(): readonly CrashView[] {
    this.#note("crashes");
    return this.answers.crashes;
  }

  #note(name: keyof Management, ...words: readonly unknown[]): void {
    this.asked.push([name, ...words]);
    if (this.refusals.has(name)) throw this.refusals.get(name);
  }

  async #later<T>(name: keyof Management, answer: () => T, ...words: unknown[]): Promise<T> {
    this.#note(name, ...words);
    return answer();
  }
}
