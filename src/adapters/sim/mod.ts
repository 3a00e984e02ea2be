/**
 * The world as a simulation: every port from a seed, in one object, with no machine below it.
 *
 * Knows: a virtual clock and its event queue, sources, sinks and connections that tests script,
 * an outside directory and blobs in memory, children that live as told, and the codec in plain
 * ECMAScript.
 * Must hold: the same seed and the same calls give the same run; time moves only through
 * `VirtualTime`; every answer comes in an event of its own.
 * Never imports: Node, or anything but base, sys and host.
 * Start reading at `host.ts`, then `virtual-time.ts`; the ports of a daemon are behind
 * `store/` and `daemon/`.
 */
export { CollectingSink } from "./collecting-sink.ts";
export { connectionPair, type SimulatedConnection } from "./connection.ts";
export { type SimulatedHost, simulatedHost, type SimulationOptions } from "./host.ts";
export type { SimulatedNetwork } from "./network.ts";
export type { SimulatedDirectory } from "./outside-directory.ts";
export type { SimulatedFamily } from "./simulated-family.ts";
export { ScriptedSource } from "./scripted-source.ts";
export type { VirtualTime } from "./virtual-time.ts";
