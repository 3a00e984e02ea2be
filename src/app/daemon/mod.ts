/**
 * The daemon behind `noos up`: one for a machine, which keeps what is wanted there running.
 *
 * Knows: how control, state, images, executors and the server of the protocol are put together,
 * and where each lies in the data folder.
 * Must hold: one daemon works on a folder at a time; when it ends, however it ends, so does all it
 * started; what is wanted is found again by the next one.
 * Never imports: a command.
 * Start reading at `daemon.ts`.
 */
export { type Daemon, type DaemonOptions, startDaemon } from "./daemon.ts";
export { giveUpKey, type GivenUp } from "./sealed.ts";
export { type Repair, type Repairs, repairState } from "./repair-state.ts";
export type { SecureWayInOptions, WayInOptions } from "./way-in.ts";
