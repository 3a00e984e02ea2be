/**
 * The management protocol: what can be asked of a daemon and what it answers, as plain data.
 *
 * Knows: the shapes, which operations there are and where each is found in HTTP, how a request is
 * judged, what a refusal says, and the OpenAPI document. All of it follows from three tables:
 * `operations.ts`, `schemas.ts` and `statuses.ts`. Nothing of how any of it is done or carried.
 * Must hold: every shape is JSON as it is; a field that is added does not break who does not know
 * it; one that is there keeps its meaning for as long as the version does.
 * Never imports: what does the work.
 * Start reading at `management.ts`, then `operations.ts`.
 */
export { checkSchema } from "./check-schema.ts";
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
  RehearsalRequest,
  RenewalView,
  SecretView,
  ServingView,
  SpecHistograms,
  SpecSignals,
  StatusView,
  WhyView,
} from "./management.ts";
export { openApiDocument } from "./openapi.ts";
export { type Operation, type OperationName, operations } from "./operations.ts";
export { type ManifestProblemView, ProblemError, problemOf, type ProblemView } from "./problem.ts";
export { findRoute, formatTarget, type Parameters } from "./route.ts";
export { schemas } from "./schemas.ts";
