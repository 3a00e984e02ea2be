import type { SpecSignals, StatusView } from "#pool/api";
import {
  type HistogramSample,
  type Metric,
  metrics,
  type NumberMetric,
  type Sample,
} from "./metrics.ts";

/** The body of `POST /v1/metrics` of OTLP over HTTP, in JSON. */
export interface OtlpMetrics {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeMetrics: readonly {
      readonly scope: { readonly name: string; readonly version: string };
      readonly metrics: readonly OtlpMetric[];
    }[];
  }[];
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}

interface OtlpPoint {
  readonly attributes: readonly OtlpAttribute[];
  /** Of a counter, since when it counts. */
  readonly startTimeUnixNano?: string;
  /** 64 bits are a text in JSON. */
  readonly timeUnixNano: string;
  readonly asInt?: string;
  readonly asDouble?: number;
}

/** What a histogram of noos has for its own: bounds and indices are those of OpenTelemetry. */
interface OtlpHistogramPoint {
  readonly attributes: readonly OtlpAttribute[];
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly count: string;
  readonly sum: number;
  readonly scale: number;
  readonly zeroCount: string;
  readonly zeroThreshold: number;
  readonly positive: { readonly offset: number; readonly bucketCounts: readonly string[] };
  readonly min?: number;
  readonly max?: number;
}

interface OtlpMetric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly gauge?: { readonly dataPoints: readonly OtlpPoint[] };
  readonly sum?: {
    readonly dataPoints: readonly OtlpPoint[];
    readonly aggregationTemporality: number;
    readonly isMonotonic: boolean;
  };
  readonly exponentialHistogram?: {
    readonly dataPoints: readonly OtlpHistogramPoint[];
    readonly aggregationTemporality: number;
  };
}

/** When and where what is exported was measured. Times are nanoseconds since 1970. */
export interface OtlpMoment {
  readonly nowUnixNs: bigint;
  /** When the daemon began to count. */
  readonly startUnixNs: bigint;
  /** What the source is called beside others: `service.instance.id`, `host.name`. */
  readonly resource: Readonly<Record<string, string>>;
}

/** `AGGREGATION_TEMPORALITY_CUMULATIVE`; JSON has the numbers of enums and not their names. */
const cumulative = 2;

/** What is known of a daemon and its processes as OTLP/JSON has it. */
export function toOtlp(
  status: StatusView,
  signals: readonly SpecSignals[],
  moment: OtlpMoment,
): OtlpMetrics {
  const resource = { "service.name": "noos", "service.version": status.version };
  const told = metrics
    .map((metric) => toMetric(metric, { status, signals }, moment))
    .filter((metric) => pointsOf(metric)?.length !== 0);
  return {
    resourceMetrics: [
      {
        resource: { attributes: attributesOf({ ...resource, ...moment.resource }) },
        scopeMetrics: [{ scope: { name: "noos", version: status.version }, metrics: told }],
      },
    ],
  };
}

function pointsOf({ gauge, sum, exponentialHistogram }: OtlpMetric): readonly object[] | undefined {
  return (gauge ?? sum ?? exponentialHistogram)?.dataPoints;
}

interface Known {
  readonly status: StatusView;
  readonly signals: readonly SpecSignals[];
}

function toMetric(metric: Metric, { status, signals }: Known, moment: OtlpMoment): OtlpMetric {
  const { name, help: description, unit } = metric;
  const named = { name, description, unit };
  const aggregationTemporality = cumulative;
  if (metric.kind === "histogram") {
    const samples = metric.samples(status, signals);
    const dataPoints = samples.map((sample) => toHistogramPoint(sample, moment));
    return { ...named, exponentialHistogram: { dataPoints, aggregationTemporality } };
  }
  const samples = metric.samples(status, signals);
  const dataPoints = samples.map((sample) => toPoint(metric, sample, moment));
  return metric.kind === "gauge"
    ? { ...named, gauge: { dataPoints } }
    : { ...named, sum: { dataPoints, aggregationTemporality, isMonotonic: true } };
}

function toHistogramPoint(
  { labels, histogram }: HistogramSample,
  { nowUnixNs, startUnixNs }: OtlpMoment,
): OtlpHistogramPoint {
  const { count, zeros, offset, counts, ...rest } = histogram.view();
  return {
    attributes: attributesOf(labels),
    startTimeUnixNano: `${startUnixNs}`,
    timeUnixNano: `${nowUnixNs}`,
    count: `${count}`,
    zeroCount: `${zeros}`,
    zeroThreshold: 2 ** -30,
    positive: { offset, bucketCounts: counts.map((each) => `${each}`) },
    ...rest,
  };
}

/** Seconds are fractions, also where one is whole: a metric's points are all of one type. */
function toPoint(
  { kind, unit }: NumberMetric,
  { labels, value }: Sample,
  { nowUnixNs, startUnixNs }: OtlpMoment,
): OtlpPoint {
  return {
    attributes: attributesOf(labels),
    ...(kind === "counter" ? { startTimeUnixNano: `${startUnixNs}` } : {}),
    timeUnixNano: `${nowUnixNs}`,
    ...(unit === "s" ? { asDouble: value } : { asInt: `${BigInt(Math.round(value))}` }),
  };
}

function attributesOf(labels: Readonly<Record<string, string>>): readonly OtlpAttribute[] {
  return Object.entries(labels).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}
