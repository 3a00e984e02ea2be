import type { GrantedPorts } from "#core/host";
import type { CallObserver } from "./observer.ts";

/**
 * Stands between a process and what it was granted: sees every call, and hands out the ports the
 * process really gets. A recorder wraps the ports it is given; a replay needs none.
 */
export interface Boundary {
  readonly observer: CallObserver;
  ports(direct: GrantedPorts | undefined): GrantedPorts;
}
