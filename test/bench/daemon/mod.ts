/**
 * A daemon to be measured, and what OS processes take of the machine.
 *
 * Knows: how `noos up` is started on an empty state, and where Linux tells time and memory.
 * Must hold: what is measured is what users have: the published program, asked by its client.
 * Never imports: a bench.
 * Start reading at `bench-daemon.ts`.
 */
export { BenchDaemon, cpuSeconds, heldMegabytes } from "./bench-daemon.ts";
