/**
 * Measures that controllers decide by: rates over sliding windows, samples of the load, and how
 * long answers take when nothing queues.
 *
 * Knows: how to count in bounded memory; nothing of what is decided.
 * Must hold: counting a call allocates nothing; samples of executors add up; time comes in with
 * each call, in ns, and never goes back.
 * Never imports: a controller.
 * Start reading at `load-sample.ts`, then `bucket-ring.ts`.
 */
export { Baseline } from "./baseline.ts";
export { LoadMeter } from "./load-meter.ts";
export { addSamples, type LoadSample } from "./load-sample.ts";
export { RateWindow } from "./rate-window.ts";
