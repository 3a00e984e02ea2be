import { assert } from "#core/base";
import type { Closing, Message, MessageChannel } from "#core/host/traffic";
import { errno, type Errno } from "#core/sys";
import type { Link } from "./link.ts";

type Received = Message | Closing | Errno;
type Taken = (failed: Errno | undefined) => void;

/** A WebSocket whose client is at another executor's front. */
export class HopChannel implements MessageChannel {
  readonly #link: Link;
  readonly #number: number;
  readonly #over: () => void;
  #receive: ((result: Received) => void) | undefined = undefined;
  #taken: Taken | undefined = undefined;
  #end: Closing | Errno | undefined = undefined;

  /** `over` is told when nothing more will come or go. */
  constructor(link: Link, number: number, over: () => void) {
    this.#link = link;
    this.#number = number;
    this.#over = over;
  }

  receive(answer: (result: Received) => void): void {
    assert(this.#receive === undefined, "one request at a time");
    const end = this.#end;
    if (end !== undefined) return queueMicrotask(() => answer(end));
    this.#receive = answer;
    this.#link.send("want", this.#number);
  }

  send({ kind, bytes }: Message, answer: Taken): void {
    if (this.#end !== undefined) return queueMicrotask(() => answer(errno.EPIPE));
    this.#taken = answer;
    this.#link.send(kind, this.#number, { bytes });
  }

  close(code: number, reason: string): void {
    if (this.#end !== undefined) return;
    this.#receive = undefined;
    this.#link.send("closed", this.#number, { status: code, bytes: Buffer.from(reason) });
    this.end({ kind: "closed", code, reason });
  }

  /** A message came that was asked for. */
  take(message: Message): void {
    const answer = this.#receive;
    this.#receive = undefined;
    answer?.(message);
  }

  /** What was sent was taken, or was not. */
  taken(failed: Errno | undefined): void {
    const answer = this.#taken;
    this.#taken = undefined;
    answer?.(failed);
  }

  /** Nothing more comes. */
  end(why: Closing | Errno): void {
    if (this.#end !== undefined) return;
    this.#end = why;
    const answer = this.#receive;
    this.#receive = undefined;
    if (answer !== undefined) queueMicrotask(() => answer(why));
    queueMicrotask(() => this.taken(errno.EPIPE));
    this.#over();
  }
}
