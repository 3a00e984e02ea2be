/**
 * One kernel put together: programs in, processes out. The API that embedders use.
 *
 * Knows: which parts a process is made of and in which order; the defaults. It only wires: no
 * rule about calls, files, time slices or formats lives here.
 * Must hold: what a start request does not name does not exist for the process.
 * Never imports: Node, the pool, an adapter.
 * Start reading at `launcher.ts`; `system.ts` adds what makes programs of bytes.
 */
export { callNames } from "./personality.ts";
export { completeLimits } from "./complete-limits.ts";
export {
  type DirectoryGrant,
  Launcher,
  type LoadOptions,
  type RootMaker,
  type StartOptions,
  type SystemHost,
} from "./launcher.ts";
export type { RunningProcess } from "./running.ts";
export { System } from "./system.ts";
