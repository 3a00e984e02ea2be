import { postJson } from "#adapters/node/post";
import type { Turns } from "#core/host";
import { PlatformError } from "#core/sys";
import type { Management } from "#pool/api";
import { Exporter, toOtlp } from "#pool/signals";

export interface ExportOptions {
  /** `http://host:4318`, to which OTLP's path is added, or a URL with a path of its own. */
  readonly endpoint: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What this source is called beside others. */
  readonly resource?: Readonly<Record<string, string>>;
  readonly everyNs?: number;
}

const timeoutMs = 10_000;

/**
 * Sends the metrics of a daemon to an OTLP receiver once a minute, until the answer is stopped.
 * Throws `USAGE` for an endpoint that is no URL of HTTP.
 */
export function exportMetrics(
  management: Pick<Management, "status" | "signals">,
  turns: Turns,
  { endpoint, headers = {}, resource = {}, everyNs }: ExportOptions,
): Exporter {
  const target = { url: metricsUrl(endpoint), headers, timeoutMs };
  const startUnixNs = unixNs();
  const exporter = new Exporter(
    {
      turns,
      chance: Math.random,
      collect: async () => {
        const [status, signals] = await Promise.all([management.status(), management.signals()]);
        const moment = { nowUnixNs: unixNs(), startUnixNs, resource };
        return JSON.stringify(toOtlp(status, signals, moment));
      },
      post: (body) => postJson(target, body),
    },
    everyNs === undefined ? {} : { everyNs },
  );
  exporter.start();
  return exporter;
}

/** The system's clock has milliseconds here, which is finer than a minute needs. */
function unixNs(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

function metricsUrl(endpoint: string): URL {
  const url = URL.parse(endpoint);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new PlatformError(`"${endpoint}" is no address to send metrics to`, {
      code: "USAGE",
      hint: "write it as http://127.0.0.1:4318",
    });
  }
  if (url.pathname === "/") url.pathname = "/v1/metrics";
  return url;
}
