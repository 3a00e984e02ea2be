import type { ByteSink } from "#core/host";
import { Capture } from "#core/stream";

/** What is kept of what the processes of one path write. */
const tailBytesMax = 64 * 1024;

/** Paths without a process whose last words are still kept. */
const formerMax = 1000;

/** What one path wrote last, stdout and stderr together, in the order they came. */
class Tail {
  readonly capture: Capture = new Capture(tailBytesMax);
  users = 0;
}

/** One of the streams that come together in a tail. */
class TailSink implements ByteSink {
  readonly #capture: Capture;

  constructor(capture: Capture) {
    this.#capture = capture;
  }

  tryPush(bytes: Uint8Array): number {
    return this.#capture.tryPush(bytes);
  }

  push(bytes: Uint8Array, answer: Parameters<ByteSink["push"]>[1]): void {
    this.#capture.push(bytes, answer);
  }

  /** What was written can still be read. */
  close(): void {}
}

/** The last bytes that processes wrote, by path; they outlive a process, and a restart of it. */
export class Tails {
  readonly #tails = new Map<string, Tail>();
  /** Those nobody writes to, the longest first. */
  readonly #former = new Set<string>();

  /** Two sinks for a process that starts. */
  open(path: string): { readonly stdout: ByteSink; readonly stderr: ByteSink } {
    const tail = this.#tails.getOrInsertComputed(path, () => new Tail());
    tail.users += 1;
    this.#former.delete(path);
    const { capture } = tail;
    return { stdout: new TailSink(capture), stderr: new TailSink(capture) };
  }

  /** The process is over. */
  close(path: string): void {
    const tail = this.#tails.get(path);
    if (tail === undefined) return;
    tail.users -= 1;
    if (tail.users > 0) return;
    this.#former.add(path);
    for (const oldest of this.#former) {
      if (this.#former.size <= formerMax) break;
      this.#former.delete(oldest);
      this.#tails.delete(oldest);
    }
  }

  /** What is kept, of that only what came after `after` bytes; all where there were fewer. */
  read(path: string, after = 0): { readonly bytes: Uint8Array; readonly endBytes: number } {
    const capture = this.#tails.get(path)?.capture;
    if (capture === undefined) return { bytes: new Uint8Array(0), endBytes: 0 };
    const endBytes = capture.totalBytes;
    const bytes = capture.bytes();
    const newBytes = after > endBytes ? bytes.length : Math.min(bytes.length, endBytes - after);
    return { bytes: bytes.slice(bytes.length - newBytes), endBytes };
  }
}
