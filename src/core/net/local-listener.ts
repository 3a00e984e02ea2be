import type { Connection, Listener } from "#core/host";
import { Relay } from "#core/stream";
import type { Errno } from "#core/sys";

/** Connections that wait to be accepted. */
const waitingMax = 128;

/** Where a process accepts connections that come from inside this executor. */
export class LocalListener implements Listener {
  readonly #whenAsked: () => void;
  readonly #waiting: Connection[] = [];
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
    if (this.#isClosed || this.#waiting.length >= waitingMax) far.close();
    else this.#waiting.push(far);
    this.#serve();
    return near;
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
    for (const connection of this.#waiting.splice(0)) connection.close();
  }

  #serve(): void {
    const answer = this.#accept;
    if (answer === undefined) return;
    const connection = this.#waiting.shift();
    if (connection === undefined) return;
    this.#accept = undefined;
    answer(connection);
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
