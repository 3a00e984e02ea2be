import type { Family } from "./family.ts";
import type { OutsideDirectory } from "./outside-directory.ts";
import type { ByteSink, ByteSource, Connection, Listener, Outside } from "./outside.ts";

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
}
