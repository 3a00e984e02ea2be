/**
 * Where requests, raw connections and what other executors hand on come into an executor.
 *
 * Knows: what the daemon has bound for it, and how it listens there; not whom anything is for.
 * Must hold: nothing is let in before somebody says so; an address that cannot be had is told.
 * Never imports: what serves.
 * Start reading at `doors.ts`.
 */
export { type Door, openDoors, openHopFront } from "./doors.ts";
export { TcpDoors } from "./tcp-doors.ts";
