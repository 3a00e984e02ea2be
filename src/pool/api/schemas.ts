// table: one row per shape of the protocol
import type { HistogramView } from "#core/base";
import type { ProcessUsage } from "#pool/host";
import type { Canary, RehearsalReport, RehearsedAnswer } from "#pool/renewal";
import type { FindingReport } from "#pool/scale/finding";
import type { ColdSeconds, Traffic, UnlistedCall } from "#pool/traffic";
import { type JsonSchema, object, type Of, type Reference, words } from "./json-schema.ts";
import type { QueuedMessage, QueueStanding, QueueView, ScheduleView } from "#pool/api/queued";
import type {
  CrashView,
  DeployAnswer,
  DeployRequest,
  EventKind,
  EventView,
  OutputView,
  PlanView,
  ProcessView,
  RehearsalRequest,
  RenewalView,
  SecretView,
  ServingView,
  SpecHistograms,
  SpecSignals,
  StatusView,
  WhyView,
} from "./management.ts";
import type { ManifestProblemView, ProblemView } from "./problem.ts";

/** All that is asked and answered, by the names of the document. */
interface Shapes {
  readonly DeployRequest: DeployRequest;
  readonly ScaleRequest: { readonly count: number };
  readonly SecretRequest: { readonly value: string };
  readonly PlanView: PlanView;
  readonly DeployAnswer: DeployAnswer;
  readonly StatusView: StatusView;
  readonly ProcessUsage: ProcessUsage;
  readonly RenewalView: RenewalView;
  readonly ServingView: ServingView;
  readonly UnlistedCall: UnlistedCall;
  readonly ProcessView: ProcessView;
  readonly PositionView: { readonly position: string };
  readonly EventView: EventView;
  readonly OutputView: OutputView;
  readonly FindingReport: FindingReport;
  readonly WhyView: WhyView;
  readonly RehearsalRequest: RehearsalRequest;
  readonly RehearsedAnswer: RehearsedAnswer;
  readonly RehearsalReport: RehearsalReport;
  readonly QueueView: QueueView;
  readonly QueuedMessage: QueuedMessage;
  readonly MessageIds: { readonly ids?: readonly number[] };
  readonly MessageId: { readonly id: number };
  readonly MessageCount: { readonly count: number };
  readonly SecretView: SecretView;
  readonly CrashView: CrashView;
  readonly HistogramView: HistogramView;
  readonly Traffic: Traffic;
  readonly SpecSignals: SpecSignals;
  readonly ProblemView: ProblemView;
}

export type SchemaName = keyof Shapes;

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const count = { type: "integer", minimum: 0 } as const;
const counts = { type: "object", additionalProperties: count } as const;
const bytes = { type: "integer", minimum: 0, description: "bytes" } as const;
const ns = { type: "number", minimum: 0, description: "nanoseconds" } as const;
const size = { type: "number", minimum: 0 } as const;
const moment = { type: "string", description: "ISO 8601, UTC" } as const;

function told(description: string): { readonly type: "string"; readonly description: string } {
  return { type: "string", description };
}

function refer<Name extends SchemaName>(name: Name): Of<Shapes[Name], Reference> {
  return { $ref: `#/components/schemas/${name}` };
}

const scheduleFields = {
  nextAt: moment,
  lastAt: moment,
  lastEnd: told("ok, or what went wrong"),
  missed: told("which runs were last missed, for people"),
} as const;

const standing = words<QueueStanding>({ ready: "", delayed: "", leased: "", dead: "" });

const eventKind = words<EventKind>({
  "app-deployed": "",
  "app-removed": "",
  "process-starting": "",
  "process-started": "",
  "process-asked": "",
  "process-spread": "",
  "process-ended": "",
  "supervisor-started": "",
  "supervisor-ended": "",
  "crash-recorded": "",
  "executor-started": "",
  "executor-lost": "",
  "instance-failed": "",
  "instances-relieved": "",
  "call-unlisted": "",
  "renewal-starting": "",
  "renewal-canary": "",
  "renewal-trial": "",
  "renewal-kept": "",
  "renewal-reverted": "",
  "message-died": "",
  "queue-failed": "",
  "run-missed": "",
  "run-failed": "",
  "clock-stepped": "",
  "certificate-read": "",
  "certificate-refused": "",
  "certificate-expires": "",
  "state-unwritten": "",
  "address-failed": "",
});

const unlistedCalls = { type: "array", items: refer("UnlistedCall") } as const;

/**
 * The shapes of all that is asked and answered: a type error where one is not that of its type.
 * The document and the check of requests are made of them.
 */
export const schemas: Readonly<Record<SchemaName, JsonSchema>> = {
  DeployRequest: object<DeployRequest>(
    {
      manifest: { type: "string", maxLength: 8_388_608, description: "the text of noos.yaml" },
      file: { type: "string", maxLength: 4096, description: "what the text is called in messages" },
      base: {
        type: "string",
        maxLength: 4096,
        pattern: "^([/\\\\]|[A-Za-z]:)",
        description: "the absolute directory on the daemon's machine that files start from",
      },
      images: {
        type: "object",
        additionalProperties: { type: "string", pattern: "^sha256:[0-9a-f]{64}$" },
        description: "the digest of each image, by the name the manifest has for it",
      },
    },
    {
      canary: object<Canary>(
        {
          part: {
            type: "number",
            minimum: 0,
            maximum: 1,
            description: "of the calls, that new builds of what serves have at first",
          },
        },
        { forNs: { ...ns, description: "nanoseconds; without it, until it is promoted" } },
      ),
    },
  ),
  ScaleRequest: object<Shapes["ScaleRequest"]>({
    count: { type: "integer", minimum: 0, maximum: 1_000_000 },
  }),
  SecretRequest: object<Shapes["SecretRequest"]>({ value: { type: "string", maxLength: 65_536 } }),
  PlanView: object<PlanView>({
    app: text,
    isEmpty: flag,
    text: told("the same for people"),
    counts: object<PlanView["counts"]>({
      added: count,
      removed: count,
      restarted: count,
      renewed: count,
      configured: count,
      kept: count,
      starts: count,
      ends: count,
    }),
  }),
  DeployAnswer: object<DeployAnswer>({ plan: refer("PlanView"), revision: count }),
  StatusView: object<StatusView>(
    {
      version: text,
      pid: count,
      dataFolder: text,
      upNs: ns,
      memoryBytes: bytes,
      executors: {
        type: "array",
        items: object<StatusView["executors"][number]>(
          {
            slot: count,
            state: words({ starting: "", running: "", waiting: "" }),
            processes: count,
            restarts: count,
          },
          { pid: count },
        ),
      },
      apps: {
        type: "array",
        items: object<StatusView["apps"][number]>(
          {
            name: text,
            revision: count,
            wanted: count,
            running: count,
            waiting: count,
            failed: count,
            state: words({ running: "", ending: "", failed: "", done: "" }),
          },
          { reverted: { ...count, description: "specs that serve by an earlier build" } },
        ),
      },
      queues: { type: "array", items: refer("QueueView") },
      schedules: {
        type: "array",
        items: object<StatusView["schedules"][number]>(
          { app: text, process: text, text: told("as people write it"), isRunning: flag },
          scheduleFields,
        ),
      },
    },
    { http: text, https: text, certificateSecondsLeft: { type: "integer" } },
  ),
  ProcessUsage: object<ProcessUsage>({
    cpuNs: ns,
    wallNs: ns,
    memoryBytes: bytes,
    memoryPeakBytes: bytes,
    calls: count,
    readBytes: bytes,
    writtenBytes: bytes,
    waitNs: ns,
  }),
  RenewalView: object<RenewalView>(
    {
      state: words<RenewalView["state"]>({
        starting: "",
        canary: "",
        trial: "",
        kept: "",
        reverted: "",
      }),
      revision: { ...count, description: "of the deploy that wants it" },
      why: told("why it was reverted, or what was seen of it"),
    },
    { leftNs: ns },
  ),
  ServingView: object<ServingView>(
    {
      ready: { ...count, description: "instances that take requests" },
      starting: { ...count, description: "instances on their way to it" },
      waiting: { ...count, description: "requests that wait for an instance" },
      inFlight: { ...count, description: "requests that an instance has" },
      requests: { ...count, description: "all that came in its present life" },
    },
    {
      executors: {
        type: "array",
        items: { type: "integer", minimum: 0 },
      },
      renewal: refer("RenewalView"),
    },
  ),
  UnlistedCall: object<UnlistedCall>({
    callee: told("as uses.call would list it; (others) are all after the first 100"),
    letThrough: { ...count, description: "calls that were made" },
    refused: { ...count, description: "calls that were not" },
  }),
  ProcessView: object<ProcessView>(
    {
      path: told("in the tree: shop/front/api.2"),
      kind: words({ supervisor: "", process: "" }),
      state: words<ProcessView["state"]>({
        idle: "",
        starting: "",
        running: "",
        ending: "",
        waiting: "",
        held: "",
        done: "",
      }),
      restarts: count,
    },
    {
      spec: text,
      ageNs: ns,
      usage: refer("ProcessUsage"),
      serving: refer("ServingView"),
      unlisted: unlistedCalls,
      executor: { type: "integer", minimum: 0, description: "the slot of its executor" },
      lastEnd: told("how its last life ended, for people"),
      lastEndHint: told("what to do about that end, where its start was refused"),
      hasFailed: flag,
      waitsFor: told("of one that is idle: who is to be up before it starts"),
      schedule: object<ScheduleView>({ text, isRunning: flag }, scheduleFields),
    },
  ),
  PositionView: object<Shapes["PositionView"]>({
    position: told("where a stream can be taken up again"),
  }),
  EventView: object<EventView>(
    { position: told("where a stream can be taken up again"), at: moment, kind: eventKind },
    {
      app: text,
      path: text,
      text: told("for people"),
      isFailure: flag,
      delayNs: ns,
      crash: told("the id of what can be played back"),
    },
  ),
  OutputView: object<OutputView>({
    path: text,
    text,
    endBytes: bytes,
    startBytes: bytes,
    heldBytes: bytes,
  }),
  FindingReport: object<FindingReport>(
    {
      by: words<FindingReport["by"]>({
        replicas: "",
        backlog: "",
        idle: "",
        limit: "",
        line: "",
        memory: "",
        trial: "",
        spread: "",
      }),
      decided: told("in words, as 7 instances"),
      reason: told("the name of the reason"),
      why: told("the reason as a sentence"),
      saw: { type: "object", additionalProperties: { type: "number" } },
      sinceNs: { type: "number", minimum: 0, description: "ns since it was first decided so" },
      ageNs: { type: "number", minimum: 0, description: "ns since it was last decided so" },
      times: count,
    },
    { executor: { type: "integer", minimum: 0, description: "where, of what serves on several" } },
  ),
  WhyView: object<WhyView>({
    path: text,
    isServing: { type: "boolean", description: "whether it serves; what does not is not scaled" },
    findings: { type: "array", items: refer("FindingReport") },
  }),
  RehearsalRequest: object<RehearsalRequest>(
    {},
    {
      image: {
        type: "string",
        pattern: "^sha256:[0-9a-f]{64}$",
        description: "of another image, which runs as the spec says now",
      },
      app: refer("DeployRequest"),
    },
  ),
  RehearsedAnswer: object<RehearsedAnswer>({
    method: text,
    target: text,
    differences: {
      type: "array",
      items: object<RehearsedAnswer["differences"][number]>({
        place: told("answer, status, header NAME, body, body line N, or a path in JSON from $"),
        before: told("what the build that serves answers there"),
        after: told("what the new one does"),
      }),
    },
    more: { ...count, description: "places beyond these" },
    callsRefused: { ...count, description: "requests to others, refused to the new build" },
  }),
  RehearsalReport: object<RehearsalReport>({
    recent: { ...count, description: "requests that were kept" },
    made: { ...count, description: "requests that were made again" },
    same: { ...count, description: "of those: both builds answer alike" },
    differing: count,
    unsettled: {
      ...count,
      description: "the build that serves answers them otherwise aside than it did",
    },
    doubts: { type: "array", items: told("of some: how they were answered, and are aside") },
    callsRefused: { ...count, description: "requests to others, refused to both" },
    answers: { type: "array", items: refer("RehearsedAnswer") },
    unsteady: { type: "array", items: text },
  }),
  QueueView: object<QueueView>(
    {
      app: text,
      name: text,
      isWanted: { type: "boolean", description: "whether its app has it still" },
      ready: count,
      held: { type: "integer", minimum: 0, description: "behind another one of their key" },
      delayed: count,
      leased: count,
      dead: count,
      sizeBytes: bytes,
      consumers: { type: "array", items: text },
      bounds: { type: "object", additionalProperties: text },
    },
    { oldestNs: ns },
  ),
  QueuedMessage: object<QueuedMessage>(
    {
      id: count,
      standing,
      attempts: count,
      deliveries: count,
      sentAt: moment,
      fields: { type: "array", items: text },
      bodyBytes: bytes,
      body: told("its first 64 KiB in Base64"),
    },
    {
      key: text,
      at: told("when it is due, its lease runs out, or since when it is dead"),
      cause: words({ failed: "", expired: "", rejected: "" }),
    },
  ),
  MessageIds: object<Shapes["MessageIds"]>({}, { ids: { type: "array", items: count } }),
  MessageId: object<Shapes["MessageId"]>({ id: count }),
  MessageCount: object<Shapes["MessageCount"]>({ count }),
  SecretView: object<SecretView>({ app: text, name: text, setAt: moment }),
  CrashView: object<CrashView>({
    id: text,
    app: text,
    path: text,
    at: moment,
    reason: text,
    sizeBytes: bytes,
    isWhole: { type: "boolean", description: "whether it reaches back to the start" },
  }),
  HistogramView: object<HistogramView>(
    {
      scale: { type: "integer", minimum: 3, maximum: 3, description: "as OpenTelemetry has it" },
      count,
      sum: size,
      zeros: { type: "integer", minimum: 0, description: "so many of 2^-30 or less" },
      offset: { type: "integer", description: "bucket i ends with 2^((offset+i+1)/8)" },
      counts: { type: "array", items: count },
    },
    { min: size, max: size },
  ),
  Traffic: object<Traffic>(
    {
      ready: count,
      starting: count,
      waiting: count,
      inFlight: count,
      arrived: count,
      answered: { ...counts, description: "by class of the status: 2xx" },
      refused: { ...counts, description: "by reason" },
      failed: count,
      gone: count,
      durationSeconds: refer("HistogramView"),
      summonSeconds: refer("HistogramView"),
    },
    {
      coldSeconds: object<ColdSeconds>({
        line: refer("HistogramView"),
        start: refer("HistogramView"),
        run: refer("HistogramView"),
      }),
    },
  ),
  SpecSignals: object<SpecSignals>(
    {
      app: text,
      spec: text,
      running: count,
      restarts: count,
      usage: refer("ProcessUsage"),
      ends: counts,
      histograms: object<SpecHistograms>({
        lifeSeconds: refer("HistogramView"),
        cpuSeconds: refer("HistogramView"),
        restartSeconds: refer("HistogramView"),
      }),
    },
    { traffic: refer("Traffic"), unlisted: unlistedCalls },
  ),
  ProblemView: object<ProblemView>(
    {
      type: text,
      title: text,
      status: { type: "integer", minimum: 400, maximum: 599 },
      detail: text,
      code: told("of docs/manual/errors.md"),
      hint: told("what to do next"),
    },
    {
      report: told("of a manifest: each problem with its line"),
      problems: {
        type: "array",
        items: object<ManifestProblemView>(
          {
            line: { type: "integer", minimum: 1 },
            column: { type: "integer", minimum: 1 },
            path: told("what the place is in the app"),
            found: text,
            expected: text,
          },
          { meant: told("what was probably meant") },
        ),
      },
    },
  ),
};
