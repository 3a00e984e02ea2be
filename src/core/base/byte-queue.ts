import { assert } from "./assert.ts";

const ringBytesMin = 256;
const nothing = new Uint8Array(0);

/** A first-in first-out queue of bytes that never holds more than `capacityBytes`. */
export class ByteQueue {
  readonly capacityBytes: number;
  /** Made when the first bytes come, and doubled: most of ten thousand queues never hold any. */
  #ring: Uint8Array = nothing;
  #head = 0;
  #length = 0;

  constructor(capacityBytes: number) {
    assert(capacityBytes > 0, "a byte queue holds something");
    this.capacityBytes = capacityBytes;
  }

  get lengthBytes(): number {
    return this.#length;
  }

  get roomBytes(): number {
    return this.capacityBytes - this.#length;
  }

  /** Takes as many bytes as there is room for, and answers how many. */
  push(bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, this.roomBytes);
    if (taken === 0) return 0;
    this.#grow(this.#length + taken);
    const size = this.#ring.length;
    const at = (this.#head + this.#length) % size;
    if (taken === bytes.length && at + taken <= size) {
      this.#ring.set(bytes, at);
    } else {
      const first = Math.min(taken, size - at);
      this.#ring.set(bytes.subarray(0, first), at);
      this.#ring.set(bytes.subarray(first, taken), 0);
    }
    this.#length += taken;
    return taken;
  }

  /** Moves up to `target.length` bytes out of the queue into `target`, and answers how many. */
  shift(target: Uint8Array): number {
    const count = this.copy(target);
    this.skip(count);
    return count;
  }

  /** Copies the oldest bytes into `target` and leaves them in the queue; answers how many. */
  copy(target: Uint8Array): number {
    const count = Math.min(target.length, this.#length);
    const size = this.#ring.length;
    const first = Math.min(count, size - this.#head);
    target.set(this.#ring.subarray(this.#head, this.#head + first), 0);
    target.set(this.#ring.subarray(0, count - first), first);
    return count;
  }

  /** Drops the `count` oldest bytes. */
  skip(count: number): void {
    assert(count <= this.#length, "no more is dropped than is there");
    this.#length -= count;
    // An empty queue begins anew, so that what comes next lies in one piece.
    this.#head = this.#length === 0 ? 0 : (this.#head + count) % this.#ring.length;
  }

  #grow(needed: number): void {
    if (needed <= this.#ring.length) return;
    const size = Math.min(
      this.capacityBytes,
      Math.max(needed, this.#ring.length * 2, ringBytesMin),
    );
    const ring = new Uint8Array(size);
    this.copy(ring);
    this.#ring = ring;
    this.#head = 0;
  }
}
