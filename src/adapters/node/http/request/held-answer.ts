import type { ByteSink } from "#core/host";
import type { SendableHead } from "#core/http";
import { errno, type Errno } from "#core/sys";

/** More than this is not held: it is a stream. */
const heldBytesMax = 16 * 1024;

/** How an answer leaves. */
export interface AnswerWays {
  /** Whether nobody is there any more to be answered. */
  readonly isLeft: () => boolean;
  whole(head: SendableHead, body: Uint8Array): void;
  /** It is none, for this reason. */
  broken(why: string): void;
  /** The head alone; the body goes into what is answered. */
  begun(head: SendableHead): ByteSink;
}

/**
 * An answer whose body is written piece by piece. What is written of it until the end of this turn
 * leaves together, and if that was all, it is an answer with a length like any other: a program
 * that hands on what it has at once pays nothing for not knowing it before.
 */
export class HeldAnswer implements ByteSink {
  readonly #head: SendableHead;
  readonly #ways: AnswerWays;
  readonly #leaving: NodeJS.Immediate;
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  /** Where the rest goes, once the head is out. */
  #sink: ByteSink | undefined = undefined;
  #isClosed = false;

  constructor(head: SendableHead, ways: AnswerWays) {
    this.#head = head;
    this.#ways = ways;
    this.#leaving = setImmediate(() => this.#begin());
  }

  tryPush(bytes: Uint8Array): number | Errno {
    if (this.#isClosed) return errno.EPIPE;
    // It is not sent, but whether there is an answer at all shows at its end as well.
    if (!this.#head.hasBody && this.#sink === undefined) return bytes.length;
    if (this.#mayHold(bytes.length)) {
      // The caller goes on to use its bytes.
      this.#pieces.push(bytes.slice());
      this.#bytes += bytes.length;
      return bytes.length;
    }
    return this.#begin().tryPush?.(bytes) ?? 0;
  }

  push(bytes: Uint8Array, answer: (failed: Errno | undefined) => void): void {
    if (this.#isClosed) return void setImmediate(answer, errno.EPIPE);
    this.#begin().push(bytes, answer);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#sink !== undefined) return this.#sink.close();
    clearImmediate(this.#leaving);
    if (this.#ways.isLeft()) return;
    const { hasBody, bodyBytes } = this.#head;
    if (hasBody && bodyBytes !== undefined && bodyBytes !== this.#bytes) {
      this.#ways.broken(`its body has ${this.#bytes} bytes, its content-length says ${bodyBytes}`);
    } else {
      this.#ways.whole(hasBody ? withLength(this.#head, this.#bytes) : this.#head, this.#held());
    }
  }

  /** It is not to leave; answers `false` when some of it has, or all. */
  withdraw(): boolean {
    if (this.#isClosed || this.#sink !== undefined) return false;
    clearImmediate(this.#leaving);
    this.#isClosed = true;
    return true;
  }

  #mayHold(bytes: number): boolean {
    if (this.#sink !== undefined) return false;
    return this.#bytes + bytes <= heldBytesMax;
  }

  #held(): Uint8Array {
    const [only, ...others] = this.#pieces;
    return only !== undefined && others.length === 0 ? only : Buffer.concat(this.#pieces);
  }

  /** What is held leaves, and all that follows as it comes. */
  #begin(): ByteSink {
    if (this.#sink !== undefined) return this.#sink;
    clearImmediate(this.#leaving);
    const sink = this.#ways.begun(this.#head);
    this.#sink = sink;
    // The first bytes always have room.
    if (this.#bytes > 0) sink.tryPush?.(this.#held());
    this.#pieces = [];
    return sink;
  }
}

/** With the length that it has, as of any answer that is there as a whole. */
function withLength(head: SendableHead, bodyBytes: number): SendableHead {
  if (head.bodyBytes === bodyBytes) return head;
  return { ...head, fields: [...head.fields, "content-length", String(bodyBytes)], bodyBytes };
}
