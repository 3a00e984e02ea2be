import type { Socket } from "node:net";
import { assert } from "#core/base";
import type { Connection, SourceAnswer } from "#core/host";
import { errno, type Errno } from "#core/sys";
import { errnoOf } from "#adapters/node/failure";

/** What may wait to be sent before a writer waits, beyond the system's own buffer. */
const unsentBytesMax = 64 * 1024;

type Pulled = (result: SourceAnswer) => void;
type Pushed = (failed: Errno | undefined) => void;

/**
 * A connected socket. It reads one buffer ahead and then leaves the bytes to the system, whose
 * window closes, so that a sender waits for a process that does not read.
 */
export class SocketConnection implements Connection {
  readonly #socket: Socket;
  #pull: { readonly bytesMax: number; readonly answer: Pulled } | undefined;
  #failed: Errno | undefined;
  #isEnded = false;
  #isWriteEnded = false;
  #isListening = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("error", (error) => this.#fail(errnoOf(error)));
    socket.on("end", () => this.#end());
    socket.on("close", () => this.#end());
  }

  pull(bytesMax: number, answer: Pulled): void {
    assert(this.#pull === undefined, "one request at a time");
    this.#pull = { bytesMax, answer };
    setImmediate(() => this.#read());
  }

  push(bytes: Uint8Array, answer: Pushed): void {
    const failed = this.#writeFailure();
    if (failed !== undefined) return void setImmediate(answer, failed);
    this.#socket.write(bytes, (error) => {
      // It may have gone out at once, and then this is called too early for an answer.
      setImmediate(answer, error ? this.#failureOf(error) : undefined);
    });
  }

  tryPush(bytes: Uint8Array): number | Errno {
    const failed = this.#writeFailure();
    if (failed !== undefined) return failed;
    const taken = Math.min(bytes.length, unsentBytesMax - this.#socket.writableLength);
    if (taken <= 0) return 0;
    // The caller goes on to use his bytes, and the socket may keep these for a while.
    this.#socket.write(bytes.slice(0, taken));
    return taken;
  }

  shutdownWrite(): void {
    if (this.#isWriteEnded) return;
    this.#isWriteEnded = true;
    this.#socket.end();
  }

  close(): void {
    this.#isWriteEnded = true;
    this.#pull = undefined;
    this.#socket.destroySoon();
  }

  #writeFailure(): Errno | undefined {
    return this.#failed ?? (this.#isWriteEnded ? errno.EPIPE : undefined);
  }

  /** Node has names of its own for a write after the end; to a guest that is a broken pipe. */
  #failureOf(error: Error): Errno {
    return this.#failed ?? errnoOf(error);
  }

  #fail(failed: Errno): void {
    this.#failed ??= failed;
    this.#read();
  }

  #end(): void {
    this.#isEnded = true;
    this.#read();
  }

  #read(): void {
    const pull = this.#pull;
    if (pull === undefined) return;
    const result = this.#take(pull.bytesMax);
    if (result === undefined) return this.#listen();
    this.#pull = undefined;
    pull.answer(result);
  }

  #take(bytesMax: number): SourceAnswer | undefined {
    const buffered = this.#socket.readableLength;
    if (buffered > 0) {
      const bytes: unknown = this.#socket.read(Math.min(bytesMax, buffered));
      if (bytes instanceof Uint8Array) return bytes;
    }
    return this.#failed ?? (this.#isEnded ? "end" : undefined);
  }

  /** The socket starts to read with its first listener, so that comes with the first request. */
  #listen(): void {
    // The end may have come with the last bytes; only a reading past them makes the socket say so.
    if (this.#isListening) return void this.#socket.read(0);
    this.#isListening = true;
    this.#socket.on("readable", () => {
      // At the end there is nothing to take, and only a reading makes the socket say so.
      if (this.#socket.readableLength === 0) this.#socket.read();
      this.#read();
    });
  }
}
