import { assert } from "#core/base";
import type { Turns } from "#core/host";
import type { Closing, Message, MessageChannel } from "#core/host/traffic";
import type { Errno } from "#core/sys";

/** The far end of a WebSocket: a test says what comes, and reads what was sent. */
export class SimulatedChannel implements MessageChannel {
  readonly sent: Message[] = [];
  closing: Closing | undefined;
  readonly #turns: Turns;
  readonly #coming: (Message | Closing | Errno)[] = [];
  #receive: ((result: Message | Closing | Errno) => void) | undefined;
  #isStuck = false;
  #release: (() => void) | undefined;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** Something comes from the other side. */
  come(...what: readonly (Message | Closing | Errno | string)[]): void {
    for (const each of what) {
      const bytes = typeof each === "string" ? new TextEncoder().encode(each) : undefined;
      this.#coming.push(bytes === undefined ? (each as Message) : { kind: "text", bytes });
    }
    this.#serve();
  }

  /** Messages wait to leave from now on, until `release`. */
  stick(): void {
    this.#isStuck = true;
  }

  release(): void {
    this.#isStuck = false;
    this.#release?.();
    this.#release = undefined;
  }

  receive(answer: (result: Message | Closing | Errno) => void): void {
    assert(this.#receive === undefined, "one request at a time");
    this.#receive = answer;
    this.#serve();
  }

  send(message: Message, answer: (failed: Errno | undefined) => void): void {
    assert(this.closing === undefined, "nothing is sent after the closing");
    this.sent.push(message);
    const leave = (): void => this.#turns.next(() => answer(undefined));
    if (this.#isStuck) this.#release = leave;
    else leave();
  }

  close(code: number, reason: string): void {
    assert(this.closing === undefined, "it is closed once");
    this.closing = { kind: "closed", code, reason };
  }

  #serve(): void {
    if (this.#receive === undefined || this.#coming.length === 0) return;
    this.#turns.next(() => {
      const [first] = this.#coming;
      const answer = this.#receive;
      if (first === undefined || answer === undefined) return;
      this.#coming.shift();
      this.#receive = undefined;
      answer(first);
    });
  }
}
