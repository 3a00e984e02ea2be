import type { ByteSink } from "#core/host";
import { errno, Errno } from "#core/sys";

/**
 * Hands everything on to another sink, and keeps why something could not be written. A program is
 * told of that by its next write, and there may be none: then only whoever started it can be told.
 */
export class WatchedSink implements ByteSink {
  readonly #sink: ByteSink;
  #failed: Errno | undefined;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /** Why output was lost; a reader that has gone does not miss any. */
  get failed(): string | undefined {
    return this.#failed === errno.EPIPE ? undefined : this.#failed?.name;
  }

  tryPush(bytes: Uint8Array): number | Errno {
    const taken = this.#sink.tryPush === undefined ? 0 : this.#sink.tryPush(bytes);
    if (taken instanceof Errno) this.#failed ??= taken;
    return taken;
  }

  push(bytes: Uint8Array, answer: (failed: Errno | undefined) => void): void {
    this.#sink.push(bytes, (failed) => {
      this.#failed ??= failed;
      answer(failed);
    });
  }

  close(): void {
    this.#sink.close();
  }
}
