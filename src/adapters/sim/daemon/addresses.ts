import { PlatformError } from "#core/sys";
import type { Addresses } from "#pool/host";

/** The addresses of a machine, of which others may have some. */
export class SimulatedAddresses implements Addresses {
  /** Those that the daemon has, and those that somebody else has. */
  readonly taken: Set<string> = new Set<string>();
  readonly foreign: Set<string> = new Set<string>();

  take(route: string): void {
    if (this.foreign.has(route)) {
      throw new PlatformError(`cannot listen on "${route}": EADDRINUSE`, {
        code: "LISTEN_FAILED",
        hint: "choose another address",
      });
    }
    this.taken.add(route);
  }

  leave(route: string): void {
    this.taken.delete(route);
  }
}
