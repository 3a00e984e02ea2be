/**
 * Metrics for others: what a daemon knows, sent to a receiver of OpenTelemetry.
 *
 * Knows: how `Management`, the exporter and HTTP are put together, and where OTLP listens.
 * Must hold: nothing here holds a daemon up, or ends it.
 * Never imports: a server; whoever fetches metrics finds them at `/metrics`, in `#app/api`.
 * Start reading at `export-metrics.ts`.
 */
export { exportMetrics, type ExportOptions } from "./export-metrics.ts";
