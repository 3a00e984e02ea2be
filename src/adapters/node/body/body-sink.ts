import type { Writable } from "node:stream";
import type { ByteSink } from "#core/host";
import { errno, type Errno } from "#core/sys";
import { errnoOf } from "#adapters/node/failure";
import type { Patience } from "./patience.ts";
import { unsentBytesMax, type UnsentRoom } from "./unsent-room.ts";

/** How a body is to be, and who is told of it. */
export interface SinkRules {
  /** What was promised; `undefined`: nothing was. */
  readonly bodyBytes: number | undefined;
  /** Nothing is sent of what is pushed: an answer to HEAD, say. */
  readonly isSilent?: boolean;
  /** The body is not what was promised, and what there is of the message is worth nothing. */
  readonly broken: (why: string) => void;
  /** All was pushed. */
  readonly ended: () => void;
  readonly patience?: Patience | undefined;
  /** What it shares with others of its connection, if there are any. */
  readonly room?: UnsentRoom;
}

/**
 * The body of a message that goes out. A push is answered when its bytes are on their way in the
 * system. Answers EPIPE when the other side is gone, EFBIG for more than was promised.
 */
export class BodySink implements ByteSink {
  readonly #writable: Writable;
  readonly #rules: SinkRules;
  #pushedBytes = 0;
  #isClosed = false;

  constructor(writable: Writable, rules: SinkRules) {
    this.#writable = writable;
    this.#rules = rules;
  }

  push(bytes: Uint8Array, answer: (failed: Errno | undefined) => void): void {
    const failed = this.#count(bytes.length);
    if (failed !== undefined) return void setImmediate(answer, failed);
    if (this.#rules.isSilent === true) return void setImmediate(answer, undefined);
    this.#rules.patience?.begin();
    this.#writable.write(bytes, (error) => {
      this.#rules.patience?.end();
      // It may have gone out at once, and then this is called too early for an answer.
      setImmediate(answer, error ? errnoOf(error) : undefined);
    });
  }

  tryPush(bytes: Uint8Array): number | Errno {
    const room = (this.#rules.room?.bytesMax ?? unsentBytesMax) - this.#writable.writableLength;
    const taken = Math.min(bytes.length, Math.max(room, 0));
    const failed = this.#count(taken);
    if (failed !== undefined) return failed;
    if (taken === 0 || this.#rules.isSilent === true) return taken;
    // The caller goes on to use his bytes, and the stream may keep these for a while.
    this.#writable.write(bytes.slice(0, taken));
    return taken;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { bodyBytes, isSilent } = this.#rules;
    if (bodyBytes !== undefined && this.#pushedBytes < bodyBytes && isSilent !== true) {
      const missing = bodyBytes - this.#pushedBytes;
      this.#rules.broken(`its body ends ${missing} bytes before its content-length`);
    } else {
      this.#rules.ended();
    }
  }

  #count(bytes: number): Errno | undefined {
    if (this.#isClosed || this.#writable.destroyed) return errno.EPIPE;
    const { bodyBytes, isSilent } = this.#rules;
    this.#pushedBytes += bytes;
    if (bodyBytes === undefined || isSilent === true) return undefined;
    if (this.#pushedBytes <= bodyBytes) return undefined;
    this.#rules.broken("its body is longer than its content-length");
    return errno.EFBIG;
  }
}

/** Takes nothing: nobody is there to receive it. */
export const goneSink: ByteSink = {
  push: (_bytes, answer) => void setImmediate(answer, errno.EPIPE),
  tryPush: () => errno.EPIPE,
  close: () => undefined,
};
