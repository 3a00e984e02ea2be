/**
 * Signals: what is known of a daemon and its processes, as others want to read it.
 *
 * Knows: which metrics there are (one table), Prometheus' text and OTLP/JSON made of it, and when
 * an export is sent and sent again. Nothing of how it is measured, or carried.
 * Must hold: the name of a metric keeps its meaning; an exporter holds nobody up and keeps nothing.
 * Never imports: Node; what sends an export is a port.
 * Start reading at `metrics.ts`.
 */
export { Exporter, type ExporterBounds, type ExporterPorts, type PostAnswer } from "./exporter.ts";
export { type OtlpMetrics, type OtlpMoment, toOtlp } from "./otlp.ts";
export { prometheusText, prometheusType } from "./prometheus.ts";
