/**
 * `import { connect } from "noos/client"`: asking a daemon, from a program or from `noos` itself.
 *
 * Knows: where a daemon is found, and how each operation of `#pool/api` is asked over HTTP. Docs:
 * docs/manual/client.md, whose example is a test.
 * Must hold: what a daemon refuses is thrown as the `PlatformError` it is; a stream of events loses
 * and doubles nothing over broken connections; importing this opens nothing.
 * Never imports: the server, or anything that runs processes.
 * Start reading at `client.ts`.
 */
export { type ErrorCode, PlatformError } from "#core/sys";
export type {
  CrashView,
  DeployAnswer,
  DeployRequest,
  EventKind,
  EventView,
  ManifestProblemView,
  OutputView,
  PlanView,
  ProblemView,
  ProcessView,
  SecretView,
  ServingView,
  SpecSignals,
  StatusView,
} from "#pool/api";
export type { QueuedMessage, QueueView, ScheduleView } from "#pool/api/queued";
export { ProblemError } from "#pool/api";
export { type Client, connect, type ConnectOptions } from "./client.ts";
export {
  type DaemonAddress,
  daemonAddress,
  type Environment,
  formatDaemonAddress,
  parseDaemonAddress,
  stateFolder,
} from "./daemon-address.ts";
export type { EventOptions } from "./follow-events.ts";
