/**
 * The port `Store` on a simulated disk, which outlives the daemons that open it.
 *
 * Knows: what the port promises, and how a disk fails: full, or with its machine in a write.
 * Must hold: what SQLite's store answers, this one does; nothing fails but on order.
 * Never imports: Node, or anything but base, sys and the port.
 * Start reading at `simulated-disk.ts`.
 */
export { MachineEnded, SimulatedDisk } from "./simulated-disk.ts";
