import { assert } from "#core/base";
import type { Connection, Dialer, Listener, Turns } from "#core/host";
import { errno, type Errno } from "#core/sys";
import { connectionPair, type SimulatedConnection } from "./connection.ts";

/** As many callers wait at a listener as at a socket of the host; the next is refused. */
const backlogMax = 512;

type Accepted = (result: Connection | Errno) => void;

class SimulatedListener implements Listener {
  readonly #turns: Turns;
  readonly #release: () => void;
  readonly #waiting: SimulatedConnection[] = [];
  #accept: Accepted | undefined;
  #isClosed = false;

  constructor(turns: Turns, release: () => void) {
    this.#turns = turns;
    this.#release = release;
  }

  get isFull(): boolean {
    return this.#waiting.length >= backlogMax;
  }

  arrive(connection: SimulatedConnection): void {
    this.#waiting.push(connection);
    this.#turns.next(() => this.#answer());
  }

  accept(answer: Accepted): void {
    assert(this.#accept === undefined, "one request at a time");
    this.#accept = answer;
    this.#turns.next(() => this.#answer());
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#release();
    for (const connection of this.#waiting.splice(0)) connection.reset();
    this.#turns.next(() => this.#answer());
  }

  #answer(): void {
    const answer = this.#accept;
    if (answer === undefined) return;
    const connection = this.#isClosed ? errno.EBADF : this.#waiting.shift();
    if (connection === undefined) return;
    this.#accept = undefined;
    answer(connection);
  }
}

/** Addresses, who listens on them, and the connections between; no packet leaves the object. */
export class SimulatedNetwork {
  readonly #turns: Turns;
  readonly #listeners: Map<string, SimulatedListener> = new Map<string, SimulatedListener>();

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** Expects an address nobody listens on. */
  listen(address: string): Listener {
    assert(!this.#listeners.has(address), "one listener an address");
    const listener = new SimulatedListener(this.#turns, () => this.#listeners.delete(address));
    this.#listeners.set(address, listener);
    return listener;
  }

  dialer(address: string): Dialer {
    return { dial: (answer) => this.#turns.next(() => answer(this.dialNow(address))) };
  }

  /** The calling end at once, for a test that plays the other side. */
  dialNow(address: string): SimulatedConnection | Errno {
    const listener = this.#listeners.get(address);
    if (listener === undefined || listener.isFull) return errno.ECONNREFUSED;
    const [near, far] = connectionPair(this.#turns);
    listener.arrive(far);
    return near;
  }
}
