import type { Clock, Turns } from "#core/host";
import type { ExitReason } from "#core/sys";
import type { Commons } from "#pool/scale/governor";

/** What an endpoint stands on, and whom it tells what. */
export interface EndpointPorts {
  readonly clock: Clock;
  readonly turns: Turns;
  /** From 0 up to, but not including, 1. */
  readonly chance: () => number;
  /** What endpoints of one executor share. */
  readonly commons: Commons;
  /** What all instances have computed so far, those that are gone among them. */
  readonly cpuNs: () => number;
  /** An instance has started: it asks for its first request. */
  readonly ready?: () => void;
  /** An instance failed: it ended and nobody wanted it to. */
  readonly failed: (reason: ExitReason) => void;
  /** An instance has room for a request, and none waits. */
  readonly hungry?: () => void;
  /** As often as it looks after itself, which is often while it has anything to do. */
  readonly ticked?: (nowNs: number) => void;
  /** It was closed, and its last instance has ended. */
  readonly emptied: () => void;
}

/** Instances that are on their way, that take requests, and that could take one now. */
export interface EndpointRoom {
  readonly starting: number;
  readonly ready: number;
  readonly hungry: number;
}
