import type { SpecSignals, StatusView } from "#pool/api";
import { type HistogramSample, type Metric, metrics, type Sample } from "./metrics.ts";

/** The content type of `prometheusText`. */
export const prometheusType = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Powers of four, from a quarter of a millisecond to 48 days where they are seconds: of those a
 * histogram knows the counts exactly, and a series of them each is not too many.
 */
const bucketBounds: readonly number[] = Array.from({ length: 18 }, (_, index) => 4 ** (index - 6));

const unitWords: Readonly<Record<string, string>> = { s: "_seconds", By: "_bytes" };

/** What is known of a daemon and its processes in Prometheus' text format, version 0.0.4. */
export function prometheusText(status: StatusView, signals: readonly SpecSignals[]): string {
  return metrics
    .map((metric) => {
      const name = prometheusName(metric);
      const lines =
        metric.kind === "histogram"
          ? metric.samples(status, signals).flatMap((sample) => histogramLines(name, sample))
          : metric.samples(status, signals).map((sample) => line(name, sample));
      const head = `# HELP ${name} ${escaped(metric.help)}\n# TYPE ${name} ${metric.kind}\n`;
      return `${head}${lines.join("")}`;
    })
    .join("");
}

/** `noos.process.cpu`, a counter of seconds, is `noos_process_cpu_seconds_total`. */
export function prometheusName({ name, unit, kind }: Metric): string {
  const total = kind === "counter" ? "_total" : "";
  return `${name.replaceAll(".", "_")}${unitWords[unit] ?? ""}${total}`;
}

/** Buckets always have the same bounds, or rates of them could not be taken. */
function histogramLines(name: string, { labels, histogram }: HistogramSample): readonly string[] {
  const buckets = [...bucketBounds, Infinity].map((bound) =>
    line(`${name}_bucket`, {
      labels: { ...labels, le: formatted(bound) },
      value: histogram.countUpTo(bound),
    }),
  );
  const sum = line(`${name}_sum`, { labels, value: histogram.sum });
  return [...buckets, sum, line(`${name}_count`, { labels, value: histogram.count })];
}

function line(name: string, { labels, value }: Sample): string {
  return `${name}${labelsOf(labels)} ${formatted(value)}\n`;
}

function labelsOf(labels: Sample["labels"]): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** Whole numbers are written out; of 1e21 and more the format takes what ECMAScript writes. */
function formatted(value: number): string {
  if (Number.isFinite(value)) return `${value}`;
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}
