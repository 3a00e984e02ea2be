import type { Connection } from "#core/host";
import { InputStream, OutputStream } from "#core/stream";

/** A connected stream socket: one stream in, one stream out, closed each by itself. */
export class Socket {
  readonly input: InputStream;
  readonly output: OutputStream;
  readonly #connection: Connection;
  #isReadShut = false;
  #isWriteShut = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    // Each stream owns only its half: closing the one must not cut the other.
    this.input = new InputStream({
      pull: (bytesMax, answer) => connection.pull(bytesMax, answer),
      close: () => undefined,
    });
    this.output = new OutputStream({
      ...(connection.tryPush === undefined
        ? {}
        : { tryPush: (bytes: Uint8Array) => connection.tryPush?.(bytes) ?? 0 }),
      push: (bytes, answer) => connection.push(bytes, answer),
      close: () => connection.close(),
    });
  }

  get isReadShut(): boolean {
    return this.#isReadShut;
  }

  get isWriteShut(): boolean {
    return this.#isWriteShut;
  }

  /** Later reads answer the end of the stream. */
  shutdownRead(): void {
    this.#isReadShut = true;
    this.input.close();
  }

  /** Delivers what was written, then tells the other side that no more will come. */
  shutdownWrite(): void {
    if (this.#isWriteShut) return;
    this.#isWriteShut = true;
    this.output.whenDelivered(() => this.#connection.shutdownWrite());
  }

  /** Delivers what was written, then closes the connection. */
  close(): void {
    this.input.close();
    this.output.close();
  }
}
