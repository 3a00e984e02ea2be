/**
 * The ports `Store` and `Logs` on simulated disks, which outlive the daemons that open them.
 *
 * Knows: what the ports promise, and how a disk fails: full, or with its machine in a write.
 * Must hold: what SQLite's store and logs answer, these do; nothing fails but on order.
 * Never imports: Node, or anything but base, sys and the ports.
 * Start reading at `simulated-disk.ts` and `simulated-logs.ts`.
 */
export { MachineEnded } from "./machine-ended.ts";
export { SimulatedDisk } from "./simulated-disk.ts";
export { SimulatedLogDisk } from "./simulated-logs.ts";
