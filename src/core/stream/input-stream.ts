import type { ByteSource, SourceAnswer } from "#core/host";
import { Errno } from "#core/sys";
import { WaitQueue } from "./wait-queue.ts";

const pullBytesMax = 64 * 1024;
const nothing = new Uint8Array(0);

/**
 * The reading end of an outside stream. It asks the source only when somebody wants to read and
 * nothing is left, so what the process does not read stays outside.
 */
export class InputStream {
  readonly readable: WaitQueue = new WaitQueue();
  readonly #source: ByteSource;
  #chunk: Uint8Array = nothing;
  #state: "idle" | "pulling" | "ended" | Errno = "idle";
  #isClosed = false;
  #readBytes = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Bytes handed to the reader so far. */
  get readBytes(): number {
    return this.#readBytes;
  }

  /** Bytes that can be read now; 0 may also mean the end (see `isReady`). */
  get availableBytes(): number {
    return this.#chunk.length;
  }

  get isEnded(): boolean {
    return this.#state === "ended" && this.#chunk.length === 0;
  }

  /** Whether a read would answer at once. When not, asks the source, which wakes `readable`. */
  isReady(): boolean {
    if (this.#chunk.length > 0 || this.#state === "ended" || this.#state instanceof Errno) {
      return true;
    }
    if (this.#state !== "idle") return false;
    const known = this.#source.tryPull?.(pullBytesMax);
    if (known !== undefined) {
      this.#take(known);
      return true;
    }
    this.#state = "pulling";
    this.#source.pull(pullBytesMax, (result) => this.#arrived(result));
    return false;
  }

  /** Moves bytes into `target`: how many, 0 at the end, or why not. Expects `isReady()`. */
  read(target: Uint8Array): number | Errno {
    const count = this.peek(target);
    if (typeof count === "number") {
      this.#chunk = this.#chunk.subarray(count);
      this.#readBytes += count;
    }
    return count;
  }

  /** As `read`, but what was copied can be read again. */
  peek(target: Uint8Array): number | Errno {
    if (this.#chunk.length === 0 && this.#state instanceof Errno) return this.#state;
    const count = Math.min(target.length, this.#chunk.length);
    target.set(count === this.#chunk.length ? this.#chunk : this.#chunk.subarray(0, count));
    return count;
  }

  /** Later reads answer the end; the source is closed, whatever it answered last. */
  close(): void {
    if (!this.#isClosed) this.#source.close();
    this.#isClosed = true;
    this.#state = "ended";
    this.#chunk = nothing;
    this.readable.wake();
  }

  /** What is there can still be read; after it, later reads answer why there is no more. */
  fail(why: Errno): void {
    if (this.#isClosed || this.#state === "ended") return;
    this.#state = why;
    this.readable.wake();
  }

  #arrived(result: SourceAnswer): void {
    if (this.#state !== "pulling") return;
    this.#take(result);
    this.readable.wake();
  }

  #take(result: SourceAnswer): void {
    if (result instanceof Uint8Array) {
      this.#chunk = result;
      this.#state = "idle";
    } else {
      this.#state = result === "end" ? "ended" : result;
    }
  }
}
