/**
 * All that running changes in an instance, as numbers and bytes: what was begun once can be gone on
 * with in any number of instances of the same module.
 *
 * Knows: of which modules memories and globals are all the state there is, and what has to be
 * exported for it; how state is saved, as what differs from an instance that ran nothing.
 * Must hold: an instance that was restored cannot be told from the one that was saved, nor by a
 * program from one that ran the same; a saved state is never written to.
 * Never imports: how instances are made, the kernel.
 * Start reading at `restorable.ts`, then `instance-state.ts`.
 */
export { type InstanceState, restoreState, saveState, type Stateful } from "./instance-state.ts";
export { isStateName, restorableExport, restoredExport } from "./names.ts";
export { restorableExports } from "./restorable.ts";
