/**
 * The management protocol: what can be asked of a daemon and what it answers, as plain data.
 *
 * Knows: the shapes, and which operations there are. Nothing of HTTP, nor of how any is done.
 * Must hold: every shape is JSON as it is; a field that is added does not break who does not know
 * it; one that is there keeps its meaning for as long as the version does.
 * Never imports: what does the work.
 * Start reading at `management.ts`.
 */
export type {
  CrashView,
  DeployAnswer,
  DeployRequest,
  EventKind,
  EventView,
  Management,
  OutputView,
  PlanView,
  ProcessView,
  SecretView,
  SpecSignals,
  StatusView,
} from "./management.ts";
