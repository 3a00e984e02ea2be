import type { Connection, Listener } from "#core/host";
import { Errno } from "#core/sys";
import { WaitQueue } from "#core/stream";
import { Socket } from "./socket.ts";

/** Accepts connections, one at a time, when somebody asks for one. */
export class ListeningSocket {
  readonly acceptable: WaitQueue = new WaitQueue();
  readonly #listener: Listener;
  #waiting: Connection | Errno | undefined = undefined;
  #isAsking = false;
  #isClosed = false;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** Whether `accept` answers at once. When not, asks the host, which wakes `acceptable`. */
  isReady(): boolean {
    if (this.#waiting !== undefined) return true;
    if (!this.#isAsking && !this.#isClosed) {
      this.#isAsking = true;
      this.#listener.accept((result) => this.#arrived(result));
    }
    return false;
  }

  /** The next connection, or why there is none; `undefined` unless `isReady()`. */
  accept(): Socket | Errno | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting === undefined || waiting instanceof Errno ? waiting : new Socket(waiting);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#waiting !== undefined && !(this.#waiting instanceof Errno)) this.#waiting.close();
    this.#listener.close();
  }

  #arrived(result: Connection | Errno): void {
    this.#isAsking = false;
    if (this.#isClosed) {
      if (!(result instanceof Errno)) result.close();
      return;
    }
    this.#waiting = result;
    this.acceptable.wake();
  }
}
