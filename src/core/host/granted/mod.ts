/**
 * All that one process is granted of the outside, as one object of ports.
 *
 * Knows: which ports a process may have; nothing of what any of them does.
 * Must hold: a process reaches nothing of the outside but through this object, which a recorder
 * wraps and a replay stands in for. A port that is added here needs its sides in the journal:
 * record, replay, rehearse.
 * Never imports: anything but the types of ports.
 */
export type { GrantedPorts } from "./granted.ts";
