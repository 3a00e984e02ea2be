import type { ByteSink } from "#core/host";
import { errno, type Errno } from "#core/sys";
import type { Link } from "./link.ts";

/** A piece of which not all could go yet. */
interface Piece {
  readonly rest: Uint8Array;
  readonly answer: (failed: Errno | undefined) => void;
}

/** A body on its way to the other side, which says how much of it may come. */
export class HopSink implements ByteSink {
  readonly #link: Link;
  readonly #number: number;
  readonly #ended: () => void;
  #roomBytes: number;
  #piece: Piece | undefined = undefined;
  #failed: Errno | undefined = undefined;
  #isClosed = false;

  /** `ended` is told when it is closed for the first time. */
  constructor(
    link: Link,
    number: number,
    { roomBytes, ended }: { readonly roomBytes: number; readonly ended: () => void },
  ) {
    this.#link = link;
    this.#number = number;
    this.#roomBytes = roomBytes;
    this.#ended = ended;
  }

  push(bytes: Uint8Array, answer: Piece["answer"]): void {
    const failed = this.#failed;
    if (failed !== undefined) return queueMicrotask(() => answer(failed));
    this.#piece = { rest: bytes, answer };
    this.#sendRest();
  }

  tryPush(bytes: Uint8Array): number | Errno {
    if (this.#failed !== undefined) return this.#failed;
    const taken = Math.min(bytes.length, this.#roomBytes);
    if (taken > 0) this.#send(bytes.subarray(0, taken));
    return taken;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#failed === undefined) this.#link.send("end", this.#number);
    this.#failed ??= errno.EPIPE;
    this.#ended();
  }

  /** So many bytes more may go. */
  room(bytes: number): void {
    this.#roomBytes += bytes;
    this.#sendRest();
  }

  /** Nothing more can go, for this reason. */
  fail(why: Errno): void {
    this.#failed ??= why;
    const piece = this.#piece;
    this.#piece = undefined;
    if (piece !== undefined) queueMicrotask(() => piece.answer(why));
  }

  #sendRest(): void {
    const piece = this.#piece;
    if (piece === undefined) return;
    const { rest, answer } = piece;
    const taken = Math.min(rest.length, this.#roomBytes);
    if (taken > 0) this.#send(rest.subarray(0, taken));
    this.#piece = undefined;
    if (taken === rest.length) queueMicrotask(() => answer(undefined));
    else this.#piece = { rest: rest.subarray(taken), answer };
  }

  #send(bytes: Uint8Array): void {
    this.#roomBytes -= bytes.length;
    this.#link.send("body", this.#number, { bytes });
  }
}
