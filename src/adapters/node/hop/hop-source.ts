import { assert, ByteQueue } from "#core/base";
import type { ByteSource, SourceAnswer } from "#core/host";
import { errno, type Errno } from "#core/sys";
import type { Link } from "./link.ts";

/** So much of a body is on its way, or waits to be read, at a time. */
export const windowBytes: number = 64 * 1024;

/** What was read is told when it is so much: a frame for each byte would cost more than it. */
const toldBytesMin = windowBytes / 2;

interface Pull {
  readonly bytesMax: number;
  readonly answer: (result: SourceAnswer) => void;
}

/** A body that comes from the other side, no faster than it is read. */
export class HopSource implements ByteSource {
  readonly #link: Link;
  readonly #number: number;
  readonly #ended: (() => void) | undefined;
  #queue: ByteQueue | undefined = undefined;
  #pull: Pull | undefined = undefined;
  #end: "end" | Errno | undefined = undefined;
  /** Read, and the other side does not know it yet. */
  #untoldBytes: number;

  /**
   * `isAwaited`: whoever sends it waits until somebody reads. `ended` is told when nothing more
   * will come.
   */
  constructor(
    link: Link,
    number: number,
    { isAwaited, ended }: { readonly isAwaited: boolean; readonly ended?: () => void },
  ) {
    this.#link = link;
    this.#number = number;
    this.#ended = ended;
    this.#untoldBytes = isAwaited ? windowBytes : 0;
  }

  /** Whether nothing more will come. */
  get isEnded(): boolean {
    return this.#end !== undefined;
  }

  pull(bytesMax: number, answer: Pull["answer"]): void {
    assert(this.#pull === undefined, "one request at a time");
    this.#pull = { bytesMax, answer };
    if (this.#untoldBytes === windowBytes) this.#tellRoom();
    queueMicrotask(() => this.#serve());
  }

  close(): void {
    this.#pull = undefined;
    this.#queue = undefined;
    if (this.#end !== undefined) return;
    this.#end = errno.EPIPE;
    this.#link.send("unread", this.#number);
    this.#ended?.();
  }

  /** A piece came; its bytes are nobody else's. */
  take(bytes: Uint8Array): void {
    if (this.#end !== undefined) return;
    const pull = this.#pull;
    if (pull !== undefined && this.#isEmpty && bytes.length <= pull.bytesMax) {
      this.#pull = undefined;
      this.#read(bytes.length);
      return pull.answer(bytes);
    }
    // What waits is copied: it would hold on to all that came with it.
    this.#queue ??= new ByteQueue(windowBytes);
    const taken = this.#queue.push(bytes);
    assert(taken === bytes.length, "no more comes than there was room for");
    this.#serve();
  }

  /** Nothing comes behind what came. */
  finish(end: "end" | Errno): void {
    const isFirst = this.#end === undefined;
    this.#end ??= end;
    this.#serve();
    if (isFirst) this.#ended?.();
  }

  get #isEmpty(): boolean {
    return this.#queue === undefined || this.#queue.lengthBytes === 0;
  }

  #serve(): void {
    const pull = this.#pull;
    if (pull === undefined) return;
    const queue = this.#queue;
    if (queue !== undefined && queue.lengthBytes > 0) {
      const bytes = new Uint8Array(Math.min(pull.bytesMax, queue.lengthBytes));
      queue.shift(bytes);
      this.#pull = undefined;
      this.#read(bytes.length);
      return pull.answer(bytes);
    }
    if (this.#end === undefined) return;
    this.#pull = undefined;
    pull.answer(this.#end);
  }

  #read(bytes: number): void {
    this.#untoldBytes += bytes;
    if (this.#untoldBytes >= toldBytesMin && this.#end === undefined) this.#tellRoom();
  }

  #tellRoom(): void {
    const status = this.#untoldBytes;
    this.#untoldBytes = 0;
    this.#link.send("room", this.#number, { status });
  }
}
