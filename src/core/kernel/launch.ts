import type { Limits } from "#core/sys";

/** A directory of the outside that a process is granted, under the name it has for the guest. */
export interface GrantedDirectory {
  readonly guest: string;
  readonly readOnly: boolean;
}

/**
 * How a process is started, as plain data: with a `GrantedPorts` of the same shape it says all
 * there is to say, and a recording begins with it.
 */
export interface Launch {
  readonly name: string;
  readonly args: readonly string[];
  /** `NAME=value` texts. */
  readonly env: readonly string[];
  readonly limits: Limits;
  /** Which of stdin, stdout and stderr is a terminal. */
  readonly terminals: readonly boolean[];
  /** One per granted listener and connection, in the order of their ports, for people. */
  readonly listeners: readonly string[];
  readonly connections: readonly string[];
  /** One per granted directory, in the order of their ports. */
  readonly directories: readonly GrantedDirectory[];
  /** Whether the process has a root of its own, made of the image's layers. */
  readonly hasRoot: boolean;
  /** Where it is in the tree, of a process that may have children and is told of them. */
  readonly familyPath: string | undefined;
  /** Whether requests come to it, and whether it may make some. */
  readonly hasInlet: boolean;
  readonly hasOutlet: boolean;
  /** The names of those it may hold connections to, which are in its `/net`. */
  readonly names: readonly string[];
}
