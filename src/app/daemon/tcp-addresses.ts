import { bindNow, type BoundHandle } from "#adapters/node/socket";
import type { Addresses } from "#pool/host";
import { assert } from "#core/base";
import { parseTcpRoute } from "#pool/route";

/** The addresses of tcp: routes, bound by this OS process for executors to accept at. */
export class TcpAddresses implements Addresses {
  readonly #bound = new Map<string, BoundHandle>();

  take(route: string): void {
    if (this.#bound.has(route)) return;
    const parsed = parseTcpRoute(route);
    assert(parsed !== undefined, "what is wanted was read before");
    this.#bound.set(route, bindNow({ kind: "tcp", ...parsed }));
  }

  leave(route: string): void {
    this.#bound.get(route)?.close();
    this.#bound.delete(route);
  }

  /** What an executor is lent to accept at it. */
  handleOf(route: string): object | undefined {
    return this.#bound.get(route)?.handle;
  }
}
