import { assert, ByteQueue } from "#core/base";
import type { Connection, SourceAnswer, Turns } from "#core/host";
import { errno, type Errno } from "#core/sys";

/** What a direction holds before a push waits, as the buffers of a host's socket do. */
const bufferBytesMax = 64 * 1024;

interface Pull {
  readonly bytesMax: number;
  readonly answer: (result: SourceAnswer) => void;
}

interface Push {
  rest: Uint8Array;
  readonly answer: (failed: Errno | undefined) => void;
}

/** One direction of a connection: a bounded queue, who waits to read and who waits to write. */
class Direction {
  readonly #turns: Turns;
  readonly #queue: ByteQueue = new ByteQueue(bufferBytesMax);
  #pull: Pull | undefined;
  #push: Push | undefined;
  #isEnded = false;
  #isReaderGone = false;
  #isReset = false;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  pull(pull: Pull): void {
    assert(this.#pull === undefined, "one request at a time");
    this.#pull = pull;
    this.#wake();
  }

  push(push: Push): void {
    assert(this.#push === undefined, "one push at a time");
    this.#push = push;
    this.#wake();
  }

  tryPush(bytes: Uint8Array): number | Errno {
    assert(this.#push === undefined, "one push at a time");
    const failure = this.#writeFailure();
    if (failure !== undefined) return failure;
    const taken = this.#queue.push(bytes);
    this.#wake();
    return taken;
  }

  /** The writer will send no more; what it sent is still read. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  readerGone(): void {
    this.#isReaderGone = true;
    this.#pull = undefined;
    this.#wake();
  }

  reset(): void {
    this.#isReset = true;
    this.#queue.skip(this.#queue.lengthBytes);
    this.#wake();
  }

  #wake(): void {
    this.#turns.next(() => this.#move());
  }

  #writeFailure(): Errno | undefined {
    if (this.#isReset) return errno.ECONNRESET;
    return this.#isReaderGone || this.#isEnded ? errno.EPIPE : undefined;
  }

  /** Moves what can be moved; of two answers that are ready, one waits for a turn of its own. */
  #move(): void {
    const push = this.#push;
    if (push !== undefined && this.#advance(push)) {
      this.#push = undefined;
      this.#wake();
      push.answer(this.#writeFailure());
      return;
    }
    const pull = this.#pull;
    const result = pull && this.#take(pull.bytesMax);
    if (pull === undefined || result === undefined) return;
    this.#pull = undefined;
    // The writer may wait for the room that this made.
    this.#wake();
    pull.answer(result);
  }

  /** Answers whether the push is over. */
  #advance(push: Push): boolean {
    if (this.#writeFailure() !== undefined) return true;
    push.rest = push.rest.subarray(this.#queue.push(push.rest));
    return push.rest.length === 0;
  }

  #take(bytesMax: number): SourceAnswer | undefined {
    if (this.#isReset) return errno.ECONNRESET;
    const target = new Uint8Array(Math.min(bytesMax, this.#queue.lengthBytes));
    if (target.length === 0) return this.#isEnded ? "end" : undefined;
    this.#queue.shift(target);
    return target;
  }
}

/** One end of a simulated connection; a test may also cut it with `reset`. */
export class SimulatedConnection implements Connection {
  readonly #incoming: Direction;
  readonly #outgoing: Direction;

  constructor(incoming: Direction, outgoing: Direction) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
  }

  pull(bytesMax: number, answer: (result: SourceAnswer) => void): void {
    this.#incoming.pull({ bytesMax, answer });
  }

  push(bytes: Uint8Array, answer: (failed: Errno | undefined) => void): void {
    this.#outgoing.push({ rest: bytes, answer });
  }

  tryPush(bytes: Uint8Array): number | Errno {
    return this.#outgoing.tryPush(bytes);
  }

  shutdownWrite(): void {
    this.#outgoing.end();
  }

  close(): void {
    this.#outgoing.end();
    this.#incoming.readerGone();
  }

  /** Both sides find the connection broken, and what was on its way is lost. */
  reset(): void {
    this.#incoming.reset();
    this.#outgoing.reset();
  }
}

/** Two ends joined to each other. */
export function connectionPair(
  turns: Turns,
): readonly [near: SimulatedConnection, far: SimulatedConnection] {
  const there = new Direction(turns);
  const back = new Direction(turns);
  return [new SimulatedConnection(back, there), new SimulatedConnection(there, back)];
}
