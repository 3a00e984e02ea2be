import type { SpecSignals, StatusView } from "#pool/api";
import { type Metric, metrics, type Sample } from "./metrics.ts";

/** The content type of `prometheusText`. */
export const prometheusType = "text/plain; version=0.0.4; charset=utf-8";

const unitWords: Readonly<Record<string, string>> = { s: "_seconds", By: "_bytes" };

/** What is known of a daemon and its processes in Prometheus' text format, version 0.0.4. */
export function prometheusText(status: StatusView, signals: readonly SpecSignals[]): string {
  return metrics
    .map((metric) => {
      const name = prometheusName(metric);
      const samples = metric.samples(status, signals);
      const lines = samples.map((sample) => `${name}${labelsOf(sample)} ${formatted(sample)}\n`);
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

function labelsOf({ labels }: Sample): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** Whole numbers are written out; of 1e21 and more the format takes what ECMAScript writes. */
function formatted({ value }: Sample): string {
  if (Number.isFinite(value)) return `${value}`;
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}
