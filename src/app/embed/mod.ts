/**
 * `import { System, nodeHost } from "noos"`: the API for programs that run programs.
 *
 * Knows: which of our names an embedder needs, and how a kernel and its grants are made of this
 * machine in one call each. Docs: docs/embedding.md, whose example is a test.
 * Must hold: what an embedder does not grant does not exist for the program; importing this starts
 * no thread and leaves nothing open.
 * Never imports: a command line.
 * Start reading at `node-host.ts` and `grants.ts`; `System` is in `#core/system`.
 */
export { fileDescriptorSink } from "#adapters/node";
export type { ConnectionGrant, DirectoryOptions, ListenerGrant } from "#app/grant";
export type { ByteSink, ByteSource } from "#core/host";
export type { ExitRecord, Usage } from "#core/kernel";
export type { Program } from "#core/machine";
export { Capture, Feed } from "#core/stream";
export {
  describeExit,
  type ErrorCode,
  type ExitReason,
  type GuestFrame,
  type KilledBy,
  type LimitName,
  type Limits,
  PlatformError,
} from "#core/sys";
export {
  type DirectoryGrant,
  type RunningProcess,
  type StartOptions,
  System,
  type SystemHost,
} from "#core/system";
export { FlightRecorders } from "./flight.ts";
export { connect, directory, listen } from "./grants.ts";
export { nodeHost, type NodeHostOptions } from "./node-host.ts";
