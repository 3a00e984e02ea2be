import type { Inlet } from "#core/host/traffic";
import type { ExitReason } from "#core/sys";
import type { InstanceLink } from "#pool/ingress";
import type { InstanceBuild, InstancePorts } from "./process-run.ts";

/** What runs for an endpoint and takes its requests, whatever its program is. */
export type Instance = InstanceLink;

/** What an instance stands between. */
export interface InstanceAround {
  readonly inlet: Inlet;
  /** Called once, in a later turn. */
  readonly over: (instance: Instance, reason: ExitReason) => void;
  /** One of its processes failed, and it goes on. */
  readonly failed: (reason: ExitReason) => void;
}

/** Makes instances of programs of one kind. */
export type InstanceMaker = (
  build: InstanceBuild,
  ports: InstancePorts,
  around: InstanceAround,
) => Instance;
