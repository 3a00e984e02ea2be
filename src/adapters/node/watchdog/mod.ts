/**
 * The watchdog of a kernel: ends the slice of a program that does not give way by itself.
 *
 * Knows: when a slice began and the words it shares with its thread; nothing of programs.
 * Must hold: `start` and `stop` stay below 100 ns, for they are called at each switch of
 * process; no thread exists before programs have computed for `watchedFromNs`; a slice always
 * ends, also when no thread can be had.
 * Never imports: the thread's folder, which is loaded by its address.
 * Start reading at `watchdog.ts`.
 */
export { ThreadWatchdog } from "./watchdog.ts";
export type { WatchOrder } from "./words.ts";
