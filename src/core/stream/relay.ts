import { assert } from "#core/base";
import type { ByteSink, ByteSource, SourceAnswer } from "#core/host";
import { errno, Errno } from "#core/sys";

/** A piece that is being handed over. */
interface Piece {
  rest: Uint8Array;
  readonly answer: (failed: Errno | undefined) => void;
}

/** Who waits for a piece. */
interface Pull {
  readonly bytesMax: number;
  readonly answer: (result: SourceAnswer) => void;
}

/**
 * A sink whose bytes come out of a source. It holds no more than the one piece that was pushed
 * last, and that is answered when the other side has taken all of it.
 */
export class Relay {
  readonly sink: ByteSink;
  readonly source: ByteSource;
  #piece: Piece | undefined = undefined;
  #pull: Pull | undefined = undefined;
  /** What whoever pulls finds when nothing is left. */
  #end: "end" | Errno | undefined = undefined;
  #isUnread = false;

  constructor() {
    this.sink = {
      push: (bytes, answer) => this.#push(bytes, answer),
      close: () => this.#finish("end"),
    };
    this.source = {
      pull: (bytesMax, answer) => {
        assert(this.#pull === undefined, "one request at a time");
        this.#pull = { bytesMax, answer };
        void Promise.resolve().then(() => this.#serve());
      },
      close: () => this.#leave(),
    };
  }

  /** Nothing more comes through, in either direction, for this reason. Harmless after the end. */
  fail(why: Errno): void {
    this.#finish(why);
    const piece = this.#piece;
    this.#piece = undefined;
    if (piece !== undefined) later(() => piece.answer(why));
    this.#serve();
  }

  #push(bytes: Uint8Array, answer: Piece["answer"]): void {
    assert(this.#piece === undefined, "one push at a time");
    if (this.#isUnread || this.#end !== undefined) {
      const failed = this.#end instanceof Errno ? this.#end : errno.EPIPE;
      return later(() => answer(failed));
    }
    if (bytes.length === 0) return later(() => answer(undefined));
    this.#piece = { rest: bytes, answer };
    this.#serve();
  }

  #finish(end: "end" | Errno): void {
    this.#end ??= end;
    this.#serve();
  }

  /** Nobody reads any more. */
  #leave(): void {
    this.#isUnread = true;
    this.#pull = undefined;
    const piece = this.#piece;
    this.#piece = undefined;
    if (piece !== undefined) later(() => piece.answer(errno.EPIPE));
  }

  /** Hands over what there is to who waits for it. */
  #serve(): void {
    const pull = this.#pull;
    if (pull === undefined) return;
    const piece = this.#piece;
    if (piece === undefined && this.#end === undefined) return;
    this.#pull = undefined;
    if (piece === undefined) return pull.answer(this.#end ?? "end");
    // A copy: who pushed may use its bytes again when it is answered.
    const bytes = piece.rest.slice(0, pull.bytesMax);
    piece.rest = piece.rest.subarray(bytes.length);
    if (piece.rest.length === 0) {
      this.#piece = undefined;
      later(() => piece.answer(undefined));
    }
    pull.answer(bytes);
  }
}

function later(callback: () => void): void {
  void Promise.resolve().then(callback);
}
