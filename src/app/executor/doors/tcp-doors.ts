import { TcpFront } from "#adapters/node/tcp";
import type { IncomingRequest } from "#core/host/traffic";
import { PlatformError } from "#core/sys";

export interface TcpDoorsPorts {
  /** Takes a tunnel, whose authority is its route. */
  readonly arrived: (request: IncomingRequest) => void;
  /** A sentence for the operator. */
  readonly say: (sentence: string) => void;
}

/** A handle of an OS process, as far as it is closed where it was not used. */
interface Handle {
  close?(): void;
}

/** Where raw connections come in, at addresses that the daemon has and lends. */
export class TcpDoors {
  readonly #ports: TcpDoorsPorts;
  readonly #handles = new Map<string, Handle>();
  readonly #fronts = new Map<string, Promise<TcpFront | undefined>>();
  #routes: ReadonlySet<string> = new Set();
  #isOpen = false;

  constructor(ports: TcpDoorsPorts) {
    this.#ports = ports;
  }

  /** Lets connections in from now on. */
  open(): void {
    this.#isOpen = true;
    this.#settle();
  }

  /** An address to accept at came, before it is said that it is to be. */
  lent(route: string, handle: object | undefined): void {
    if (handle !== undefined) this.#handles.set(route, handle);
  }

  /** Accepts for these routes, and no others; connections that there are go on. */
  accept(routes: readonly string[]): void {
    this.#routes = new Set(routes);
    for (const route of this.#fronts.keys()) if (!this.#routes.has(route)) this.#close(route);
    for (const [route, handle] of this.#handles) {
      if (this.#routes.has(route)) continue;
      this.#handles.delete(route);
      handle.close?.();
    }
    this.#settle();
  }

  #settle(): void {
    if (!this.#isOpen) return;
    for (const route of this.#routes) {
      const handle = this.#handles.get(route);
      if (handle === undefined) continue;
      // It is the front's from now on.
      this.#handles.delete(route);
      this.#close(route);
      this.#fronts.set(route, this.#listen(route, handle));
    }
  }

  async #listen(route: string, handle: object): Promise<TcpFront | undefined> {
    const { arrived, say } = this.#ports;
    try {
      return await TcpFront.listen({ kind: "handle", handle }, { name: route, arrived });
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      say(`no connections come in at ${route}: ${error.message}`);
      return undefined;
    }
  }

  #close(route: string): void {
    const front = this.#fronts.get(route);
    this.#fronts.delete(route);
    void front?.then((open) => open?.close());
  }
}
