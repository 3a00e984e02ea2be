/**
 * Small modules of ours through which a guest comes to the kernel, where the plain way is dear.
 *
 * Knows: what an import that may suspend costs, and how to take it only when it must be; nothing
 * of processes and slices.
 * Must hold: a guest sees no difference but in time; what is thrown comes through as it is.
 * Never imports: anything.
 * Start reading at `detour.ts`.
 */
export { checkGate } from "./check-gate.ts";
export { detour } from "./detour.ts";
