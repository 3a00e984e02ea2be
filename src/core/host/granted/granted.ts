import type {
  ByteSink,
  ByteSource,
  Connection,
  Family,
  Listener,
  Outside,
  OutsideDirectory,
} from "#core/host";
import type { Inlet, Outlet } from "#core/host/traffic";

/**
 * Everything of the outside that one process reaches. It is the one place where the outside
 * enters: a recorder wraps it, and a replay stands in for it.
 */
export interface GrantedPorts {
  readonly outside: Outside;
  readonly stdin: ByteSource;
  readonly stdout: ByteSink;
  readonly stderr: ByteSink;
  readonly directories: readonly OutsideDirectory[];
  readonly listeners: readonly Listener[];
  readonly connections: readonly Connection[];
  /** Of a process that may have children, and is told of them. */
  readonly family: Family | undefined;
  /** Of a process that serves: the requests that come for it. */
  readonly inlet: Inlet | undefined;
  /** Of a process that may make requests. */
  readonly outlet: Outlet | undefined;
}
