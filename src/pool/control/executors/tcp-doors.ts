import type { Timer, Turns } from "#core/host";
import { PlatformError } from "#core/sys";
import type { Addresses } from "#pool/host";

/** How often an address that could not be had is tried again. */
const retryNs = 5e9;

export interface TcpDoorsPorts {
  readonly addresses: Addresses;
  readonly turns: Turns;
  /** The tcp: routes of all that is wanted. */
  readonly wanted: () => Iterable<string>;
  /** Has executors accept there, and nowhere else. */
  readonly accept: (routes: readonly string[]) => void;
  /** An address is wanted, and somebody else has it. Told once, until it could be had. */
  readonly failed: (route: string, why: string) => void;
}

/** The addresses at which raw connections come in, as they are wanted. */
export class TcpDoors {
  readonly #ports: TcpDoorsPorts;
  readonly #open = new Set<string>();
  readonly #failed = new Set<string>();
  #retrying: Timer | undefined = undefined;

  constructor(ports: TcpDoorsPorts) {
    this.#ports = ports;
  }

  /** Has addresses that are about to be wanted: all of them, or throws `LISTEN_FAILED`. */
  expect(routes: Iterable<string>): void {
    const taken: string[] = [];
    try {
      for (const route of routes) if (this.#take(route)) taken.push(route);
    } catch (cause) {
      for (const route of taken) this.#leave(route);
      throw cause;
    }
  }

  /** Has what is wanted, as far as that can be, and lets go of the rest. */
  settle(): void {
    const wanted = new Set(this.#ports.wanted());
    for (const route of this.#open) if (!wanted.has(route)) this.#leave(route);
    for (const route of this.#failed) if (!wanted.has(route)) this.#failed.delete(route);
    for (const route of wanted) this.#try(route);
    this.#ports.accept([...this.#open].toSorted());
    this.#retrying?.cancel();
    this.#retrying = undefined;
    if (this.#failed.size === 0) return;
    this.#retrying = this.#ports.turns.after(retryNs, () => this.settle());
  }

  close(): void {
    this.#retrying?.cancel();
    for (const route of this.#open) this.#leave(route);
  }

  #try(route: string): void {
    try {
      this.#take(route);
      this.#failed.delete(route);
    } catch (cause) {
      if (!(cause instanceof PlatformError)) throw cause;
      if (!this.#failed.has(route)) this.#ports.failed(route, cause.message);
      this.#failed.add(route);
    }
  }

  #take(route: string): boolean {
    if (this.#open.has(route)) return false;
    this.#ports.addresses.take(route);
    this.#open.add(route);
    return true;
  }

  #leave(route: string): void {
    this.#open.delete(route);
    this.#ports.addresses.leave(route);
  }
}
