import { assert, ByteQueue } from "#core/base";
import type { ByteSink } from "#core/host";
import { Errno } from "#core/sys";
import { WaitQueue } from "./wait-queue.ts";

const bufferBytesMax = 64 * 1024;

/**
 * The writing end of an outside stream: a bounded buffer in front of a sink. A write is done when
 * the buffer has it; the sink gets it at `flush`, which the kernel calls whenever the process
 * gives way, or when the buffer is full. A failed sink answers its error to every later write.
 */
export class OutputStream {
  readonly writable: WaitQueue = new WaitQueue();
  readonly #sink: ByteSink;
  readonly #buffer = new ByteQueue(bufferBytesMax);
  #isPushing = false;
  #isClosed = false;
  #failed: Errno | undefined = undefined;
  #idle: (() => void)[] | undefined = undefined;
  #whenClosed: (() => void) | undefined = undefined;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  get roomBytes(): number {
    return this.#buffer.roomBytes;
  }

  get isFlushed(): boolean {
    return this.#buffer.lengthBytes === 0;
  }

  /** Whether a write would answer at once: there is room, or an error to be told. */
  isReady(): boolean {
    return this.#failed !== undefined || this.#buffer.roomBytes > 0;
  }

  /** Takes as many bytes as there is room for: how many, or why none ever will be. */
  write(bytes: Uint8Array): number | Errno {
    if (this.#failed !== undefined) return this.#failed;
    let taken = this.#buffer.push(bytes);
    while (taken < bytes.length) {
      this.flush();
      if (this.#failed !== undefined) return taken > 0 ? taken : this.#failed;
      const more = this.#buffer.push(bytes.subarray(taken));
      if (more === 0) break;
      taken += more;
    }
    return taken;
  }

  /** Hands the buffered bytes to the sink; what it does not take at once, it wakes us for. */
  flush(): void {
    if (this.#isPushing || this.#failed !== undefined || this.#buffer.lengthBytes === 0) return;
    const bytes = new Uint8Array(this.#buffer.lengthBytes);
    this.#buffer.copy(bytes);
    const taken = this.#sink.tryPush === undefined ? 0 : this.#sink.tryPush(bytes);
    if (taken instanceof Errno) return this.#fail(taken);
    this.#buffer.skip(taken);
    // The kernel flushes what a process wrote after that began to wait for room.
    if (taken > 0) this.writable.wake();
    if (taken === bytes.length) return this.#drained();
    this.#isPushing = true;
    const rest = bytes.subarray(taken);
    this.#sink.push(rest, (failed) => {
      this.#isPushing = false;
      if (this.#failed !== undefined) return this.#drained();
      if (failed !== undefined) return this.#fail(failed);
      this.#buffer.skip(rest.length);
      this.flush();
      this.writable.wake();
      this.#drained();
    });
  }

  /** Calls back, once, when nothing is left to deliver or nothing more can be. */
  whenDelivered(callback: () => void): void {
    if (this.#idle === undefined) this.#idle = [callback];
    else this.#idle.push(callback);
    this.flush();
    this.#drained();
  }

  /** No more writes; what was written is still delivered, then the sink is closed. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.whenDelivered(() => {
      this.#sink.close();
      this.#whenClosed?.();
    });
  }

  /** Nothing more leaves: what was not delivered is lost, and the sink stays as it is. */
  drop(why: Errno): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#fail(why);
    this.#whenClosed?.();
  }

  /** Calls back, once, when the stream was closed and has handed on what it held. */
  whenClosed(callback: () => void): void {
    assert(this.#whenClosed === undefined, "one waits for a stream to close");
    this.#whenClosed = callback;
  }

  #fail(failed: Errno): void {
    this.#failed = failed;
    this.#buffer.skip(this.#buffer.lengthBytes);
    this.writable.wake();
    this.#drained();
  }

  #drained(): void {
    const callbacks = this.#idle;
    if (this.#isPushing || this.#buffer.lengthBytes > 0 || callbacks === undefined) return;
    this.#idle = undefined;
    for (const callback of callbacks) callback();
  }
}
