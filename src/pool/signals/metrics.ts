// table: one row per metric
import { Histogram } from "#core/base";
import type { SpecHistograms, SpecSignals, StatusView } from "#pool/api";
import type { Traffic } from "#pool/traffic";

/** One number of a metric, and whose it is. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** How often values of each size were seen, and whose they are. */
export interface HistogramSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly histogram: Histogram;
}

interface MetricName {
  /** As OpenTelemetry names it; Prometheus' name follows from it, the unit and the kind. */
  readonly name: string;
  /** UCUM: what is in braces counts things and is not part of a name. */
  readonly unit:
    | "s"
    | "By"
    | "{restart}"
    | "{end}"
    | "{call}"
    | "{process}"
    | "{message}"
    | "{instance}"
    | "{request}"
    | "1";
  readonly help: string;
}

interface SpecLabels {
  readonly [name: string]: string;
  readonly app: string;
  readonly spec: string;
}

type Samples<T> = (status: StatusView, signals: readonly SpecSignals[]) => readonly T[];

export interface NumberMetric extends MetricName {
  /** A counter only grows while the daemon lives. */
  readonly kind: "counter" | "gauge";
  readonly samples: Samples<Sample>;
}

export interface HistogramMetric extends MetricName {
  readonly kind: "histogram";
  readonly samples: Samples<HistogramSample>;
}

export type Metric = NumberMetric | HistogramMetric;

const secondsPerNs = 1e-9;

/** A sample for each spec. */
function ofSpecs(read: (signals: SpecSignals) => number): Samples<Sample> {
  return (_, signals) =>
    signals.map((one) => ({ labels: { app: one.app, spec: one.spec }, value: read(one) }));
}

/** A histogram for each spec. */
function histogramsOf(name: keyof SpecHistograms): Samples<HistogramSample> {
  return (_, signals) =>
    signals.map(({ app, spec, histograms }) => ({
      labels: { app, spec },
      histogram: Histogram.of(histograms[name]),
    }));
}

/** Samples for each spec that serves. */
function ofTraffic<T>(read: (traffic: Traffic, spec: SpecLabels) => readonly T[]): Samples<T> {
  return (_, signals) =>
    signals.flatMap(({ app, spec, traffic }) =>
      traffic === undefined ? [] : read(traffic, { app, spec }),
    );
}

type TrafficCount = "ready" | "starting" | "waiting" | "inFlight" | "arrived" | "failed" | "gone";

function countOf(name: TrafficCount): Samples<Sample> {
  return ofTraffic((traffic, labels) => [{ labels, value: traffic[name] }]);
}

/** A number for each class or reason. */
function countsOf(name: "answered" | "refused", label: string): Samples<Sample> {
  return ofTraffic((traffic, labels) =>
    Object.entries(traffic[name]).map(([each, value]) => ({
      labels: { ...labels, [label]: each },
      value,
    })),
  );
}

/** A number for each callee that a spec does not list, and what became of the calls. */
const unlistedCalls: Samples<Sample> = (_, signals) =>
  signals.flatMap(({ app, spec, unlisted = [] }) =>
    unlisted.flatMap(({ callee, letThrough, refused }) =>
      Object.entries({ "let-through": letThrough, refused })
        .filter(([, value]) => value > 0)
        .map(([outcome, value]) => ({ labels: { app, spec, callee, outcome }, value })),
    ),
  );

function timesOf(name: "durationSeconds" | "summonSeconds"): Samples<HistogramSample> {
  return ofTraffic((traffic, labels) => [{ labels, histogram: Histogram.of(traffic[name]) }]);
}

/** For each phase of what waited for an instance. */
const coldTimes: Samples<HistogramSample> = ofTraffic(({ coldSeconds = {} }, labels) =>
  Object.entries(coldSeconds).map(([phase, view]) => ({
    labels: { ...labels, phase },
    histogram: Histogram.of(view),
  })),
);

function ofApps(read: (app: StatusView["apps"][number]) => number): Samples<Sample> {
  return ({ apps }) => apps.map((app) => ({ labels: { app: app.name }, value: read(app) }));
}

const standings = ["ready", "held", "delayed", "leased", "dead"] as const;

function ofQueues(read: (queue: StatusView["queues"][number]) => number): Samples<Sample> {
  return ({ queues }) =>
    queues.map((one) => ({ labels: { app: one.app, queue: one.name }, value: read(one) }));
}

function ofExecutors(read: (executor: StatusView["executors"][number]) => number): Samples<Sample> {
  return ({ executors }) =>
    executors.map((one) => ({ labels: { slot: `${one.slot}` }, value: read(one) }));
}

/** All that is told of a daemon and what it runs. A name that is here once keeps its meaning. */
export const metrics: readonly Metric[] = [
  {
    name: "noos.process.running",
    unit: "{process}",
    kind: "gauge",
    help: "Processes of a spec that run",
    samples: ofSpecs(({ running }) => running),
  },
  {
    name: "noos.process.cpu",
    unit: "s",
    kind: "counter",
    help: "Time that processes of a spec computed",
    samples: ofSpecs(({ usage }) => usage.cpuNs * secondsPerNs),
  },
  {
    name: "noos.process.waiting",
    unit: "s",
    kind: "counter",
    help: "Time that processes of a spec waited, for something to come or for their turn",
    samples: ofSpecs(({ usage }) => usage.waitNs * secondsPerNs),
  },
  {
    name: "noos.process.memory",
    unit: "By",
    kind: "gauge",
    help: "Memory of the processes of a spec that run",
    samples: ofSpecs(({ usage }) => usage.memoryBytes),
  },
  {
    name: "noos.process.restarts",
    unit: "{restart}",
    kind: "counter",
    help: "Restarts of processes of a spec",
    samples: ofSpecs(({ restarts }) => restarts),
  },
  {
    name: "noos.process.ends",
    unit: "{end}",
    kind: "counter",
    help: "Ends of processes of a spec, by kind of reason",
    samples: (_, signals) =>
      signals.flatMap(({ app, spec, ends }) =>
        Object.entries(ends).map(([reason, value]) => ({ labels: { app, spec, reason }, value })),
      ),
  },
  {
    name: "noos.process.calls",
    unit: "{call}",
    kind: "counter",
    help: "Calls that processes of a spec made",
    samples: ofSpecs(({ usage }) => usage.calls),
  },
  {
    name: "noos.process.read",
    unit: "By",
    kind: "counter",
    help: "Bytes that processes of a spec read",
    samples: ofSpecs(({ usage }) => usage.readBytes),
  },
  {
    name: "noos.process.written",
    unit: "By",
    kind: "counter",
    help: "Bytes that processes of a spec wrote",
    samples: ofSpecs(({ usage }) => usage.writtenBytes),
  },
  {
    name: "noos.process.life",
    unit: "s",
    kind: "histogram",
    help: "How long each process of a spec ran that is gone",
    samples: histogramsOf("lifeSeconds"),
  },
  {
    name: "noos.process.life.cpu",
    unit: "s",
    kind: "histogram",
    help: "Time that each process of a spec computed that is gone",
    samples: histogramsOf("cpuSeconds"),
  },
  {
    name: "noos.process.replacement",
    unit: "s",
    kind: "histogram",
    help: "Time from the end of a process of a spec until the next at its place ran",
    samples: histogramsOf("restartSeconds"),
  },
  {
    name: "noos.serve.ready",
    unit: "{instance}",
    kind: "gauge",
    help: "Instances of a spec that take requests",
    samples: countOf("ready"),
  },
  {
    name: "noos.serve.starting",
    unit: "{instance}",
    kind: "gauge",
    help: "Instances of a spec that start",
    samples: countOf("starting"),
  },
  {
    name: "noos.serve.waiting",
    unit: "{request}",
    kind: "gauge",
    help: "Requests that wait for an instance of a spec",
    samples: countOf("waiting"),
  },
  {
    name: "noos.serve.active",
    unit: "{request}",
    kind: "gauge",
    help: "Requests that instances of a spec have",
    samples: countOf("inFlight"),
  },
  {
    name: "noos.serve.requests",
    unit: "{request}",
    kind: "counter",
    help: "Requests that came for a spec",
    samples: countOf("arrived"),
  },
  {
    name: "noos.serve.answered",
    unit: "{request}",
    kind: "counter",
    help: "Requests that instances of a spec answered, by class of the status",
    samples: countsOf("answered", "class"),
  },
  {
    name: "noos.serve.refused",
    unit: "{request}",
    kind: "counter",
    help: "Requests for a spec that were refused, by reason",
    samples: countsOf("refused", "reason"),
  },
  {
    name: "noos.serve.failed",
    unit: "{request}",
    kind: "counter",
    help: "Requests that an instance of a spec gave up",
    samples: countOf("failed"),
  },
  {
    name: "noos.serve.gone",
    unit: "{request}",
    kind: "counter",
    help: "Requests for a spec that nobody waited for to the end",
    samples: countOf("gone"),
  },
  {
    name: "noos.serve.duration",
    unit: "s",
    kind: "histogram",
    help: "Time from each request for a spec until its answer was out",
    samples: timesOf("durationSeconds"),
  },
  {
    name: "noos.serve.summon",
    unit: "s",
    kind: "histogram",
    help: "Time from the start of each instance of a spec until it took requests",
    samples: timesOf("summonSeconds"),
  },
  {
    name: "noos.serve.cold",
    unit: "s",
    kind: "histogram",
    help: "Time of requests for a spec that waited for an instance, in each phase of that",
    samples: coldTimes,
  },
  {
    name: "noos.unlisted.calls",
    unit: "{call}",
    kind: "counter",
    help: "Calls of a spec to whom its uses do not list, by callee and what became of them",
    samples: unlistedCalls,
  },
  {
    name: "noos.app.wanted",
    unit: "{process}",
    kind: "gauge",
    help: "Processes of an app that are wanted",
    samples: ofApps(({ wanted }) => wanted),
  },
  {
    name: "noos.app.running",
    unit: "{process}",
    kind: "gauge",
    help: "Processes of an app that run",
    samples: ofApps(({ running }) => running),
  },
  {
    name: "noos.app.waiting",
    unit: "{process}",
    kind: "gauge",
    help: "Processes of an app that wait to be started again",
    samples: ofApps(({ waiting }) => waiting),
  },
  {
    name: "noos.queue.messages",
    unit: "{message}",
    kind: "gauge",
    help: "Messages of a queue, by where they stand",
    samples: ({ queues }) =>
      queues.flatMap(({ app, name: queue, ...counts }) =>
        standings.map((standing) => ({
          labels: { app, queue, standing },
          value: counts[standing],
        })),
      ),
  },
  {
    name: "noos.queue.size",
    unit: "By",
    kind: "gauge",
    help: "Messages of a queue that are not acknowledged, in bytes",
    samples: ofQueues(({ sizeBytes }) => sizeBytes),
  },
  {
    name: "noos.queue.oldest",
    unit: "s",
    kind: "gauge",
    help: "How long the oldest message of a queue waits that is ready",
    samples: ofQueues(({ oldestNs = 0 }) => oldestNs * secondsPerNs),
  },
  {
    name: "noos.executor.processes",
    unit: "{process}",
    kind: "gauge",
    help: "Processes that an executor runs",
    samples: ofExecutors(({ processes }) => processes),
  },
  {
    name: "noos.executor.restarts",
    unit: "{restart}",
    kind: "counter",
    help: "How often an executor was started again",
    samples: ofExecutors(({ restarts }) => restarts),
  },
  {
    name: "noos.daemon.uptime",
    unit: "s",
    kind: "gauge",
    help: "How long the daemon runs",
    samples: ({ upNs }) => [{ labels: {}, value: upNs * secondsPerNs }],
  },
  {
    name: "noos.daemon.memory",
    unit: "By",
    kind: "gauge",
    help: "Memory of the daemon itself",
    samples: ({ memoryBytes }) => [{ labels: {}, value: memoryBytes }],
  },
  {
    name: "noos.certificate.left",
    unit: "s",
    kind: "gauge",
    help: "Until the first certificate for TLS ends; less than 0 afterwards",
    samples: ({ certificateSecondsLeft: value }) =>
      value === undefined ? [] : [{ labels: {}, value }],
  },
  {
    name: "noos.build.info",
    unit: "1",
    kind: "gauge",
    help: "Always 1; the version is its label",
    samples: ({ version }) => [{ labels: { version }, value: 1 }],
  },
];
