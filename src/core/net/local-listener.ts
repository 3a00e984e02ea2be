import type { Connection, Listener } from "#core/host";
import { Relay } from "#core/stream";
import type { Errno } from "#core/sys";

/** Connections that wait to be accepted. */
const waitingMax = 128;

/** Somebody who waits to be accepted. */
export interface Visitor {
  /** The connection to whoever waits, which is accepted with this. */
  accept(): Connection;
  /** The process takes no more connections. */
  leave(): void;
}

/** Where a process accepts connections that come from inside this executor. */
export class LocalListener implements Listener {
  readonly #whenAsked: () => void;
  readonly #waiting: Visitor[] = [];
  #accept: ((result: Connection | Errno) => void) | undefined = undefined;
  #isAsked = false;
  #isClosed = false;

  /** `whenAsked` is called once, when the process asks for its first connection. */
  constructor(whenAsked: () => void) {
    this.#whenAsked = whenAsked;
  }

  /** A connection to the process; one that nobody will accept is at its end at once. */
  connect(): Connection {
    const [near, far] = localConnection();
    const isAdmitted = this.admit({ accept: () => far, leave: () => far.close() });
    if (!isAdmitted) far.close();
    return near;
  }

  /** Lets somebody wait; answers whether there is room. */
  admit(visitor: Visitor): boolean {
    if (this.#isClosed || this.#waiting.length >= waitingMax) return false;
    this.#waiting.push(visitor);
    this.#serve();
    return true;
  }

  /** Somebody has left; answers whether it still waited. */
  withdraw(visitor: Visitor): boolean {
    const at = this.#waiting.indexOf(visitor);
    if (at < 0) return false;
    this.#waiting.splice(at, 1);
    return true;
  }

  accept(answer: (result: Connection | Errno) => void): void {
    this.#accept = answer;
    if (!this.#isAsked) {
      this.#isAsked = true;
      this.#whenAsked();
    }
    void Promise.resolve().then(() => this.#serve());
  }

  close(): void {
    this.#isClosed = true;
    this.#accept = undefined;
    for (const visitor of this.#waiting.splice(0)) visitor.leave();
  }

  #serve(): void {
    const answer = this.#accept;
    if (answer === undefined) return;
    const visitor = this.#waiting.shift();
    if (visitor === undefined) return;
    this.#accept = undefined;
    answer(visitor.accept());
  }
}

/** Both ends of a connection inside this executor. */
function localConnection(): readonly [Connection, Connection] {
  const there = new Relay();
  const back = new Relay();
  return [endOf(there, back), endOf(back, there)];
}

function endOf(out: Relay, back: Relay): Connection {
  return {
    pull: (bytesMax, answer) => back.source.pull(bytesMax, answer),
    push: (bytes, answer) => out.sink.push(bytes, answer),
    shutdownWrite: () => out.sink.close(),
    close: () => {
      out.sink.close();
      back.source.close();
    },
  };
}
