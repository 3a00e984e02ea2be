import { LinkedList } from "#core/base/collections";
import type { OutputStream } from "#core/stream";
import type { Errno } from "#core/sys";

/** The streams by which a process writes to the outside. */
export class Outputs {
  readonly #open = new LinkedList<OutputStream>();
  #unflushed: OutputStream | undefined = undefined;

  /** Streams that are open, or hold something still. */
  get openCount(): number {
    return this.#open.size;
  }

  /** Whether every write was handed on to its stream's sink. */
  get isFlushed(): boolean {
    return this.#unflushed === undefined;
  }

  /** Holds `stream` among those to be delivered after the end, for as long as it is open. */
  add(stream: OutputStream): void {
    const link = this.#open.add(stream);
    stream.whenClosed(() => this.#open.remove(link));
  }

  /**
   * Writes to `stream`. What was written to another one is handed on first, so that what a
   * terminal shows stands in the order it was written.
   */
  write(stream: OutputStream, bytes: Uint8Array): number | Errno {
    if (this.#unflushed !== stream) this.#unflushed?.flush();
    this.#unflushed = stream;
    return stream.write(bytes);
  }

  flush(): void {
    this.#unflushed?.flush();
    this.#unflushed = undefined;
  }

  /** Calls back once nothing is left to deliver, or nothing more can be. */
  whenDelivered(callback: () => void): void {
    const streams = this.#open.values();
    let left = streams.length;
    if (left === 0) return callback();
    for (const stream of streams) {
      stream.whenDelivered(() => {
        left -= 1;
        if (left === 0) callback();
      });
    }
  }
}
