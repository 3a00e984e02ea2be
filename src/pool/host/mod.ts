/**
 * The ports of a machine's daemon: what it may ask of the world, as types.
 *
 * Knows: the shapes of the store of desired state, of logs, of a calendar, of executors and what is
 * said between them and a daemon, of services, of images and of what keeps secrets; no
 * implementation of any.
 * Must hold: messages are plain data; a write that returns is durable; what fails for a reason
 * outside is a `PlatformError`.
 * Never imports: anything but core/sys, core/host, pool/traffic, pool/scale/finding,
 * pool/scale/spread and pool/host/summons.
 * Start reading at `executor.ts` (what runs processes) and `store.ts` and `log.ts` (what is to
 * survive).
 */
export type { Addresses } from "./addresses.ts";
export type { Calendar } from "./calendar.ts";
export type {
  CrashRecord,
  Measured,
  ExecutorEvent,
  ExecutorHost,
  ExecutorLink,
  ExecutorOrder,
  ExecutorReach,
  Life,
  ProcessEnd,
  ProcessOrder,
  ProcessUsage,
} from "./executor.ts";
export { addUsage, isSameBuild, noUsage } from "./executor.ts";
export type { CrashShelf } from "./crash-shelf.ts";
export {
  defaultServePolicy,
  type ServedElsewhere,
  type ServeOrder,
  type ServePolicy,
} from "./serving.ts";
export type { Log, LogBounds, LogEntry, Logs, ReadMost } from "./log.ts";
export type { Seal } from "./seal.ts";
export type { Store, StoreChange, StoreEntry } from "./store.ts";
