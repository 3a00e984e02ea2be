import type { Closing, Message, MessageChannel } from "#core/host/traffic";
import { WaitQueue } from "#core/stream";
import { errno, Errno } from "#core/sys";

/** A WebSocket as a process has it: one message that came, one on its way out. */
export class MessageLine {
  /** Woken when a message, or the end, has come. */
  readonly received: WaitQueue = new WaitQueue();
  /** Woken when there is room for a message to be sent, or never will be. */
  readonly sendable: WaitQueue = new WaitQueue();
  readonly #channel: MessageChannel;
  #arrived: Message | Closing | Errno | undefined = undefined;
  #isAsking = false;
  #isSending = false;
  #failed: Errno | undefined = undefined;
  #isClosed = false;

  constructor(channel: MessageChannel) {
    this.#channel = channel;
  }

  /** What came and was not taken. When nothing did, asks for it, which wakes `received`. */
  peek(): Message | Closing | Errno | undefined {
    if (this.#arrived === undefined && !this.#isAsking) {
      this.#isAsking = true;
      this.#channel.receive((result) => {
        this.#isAsking = false;
        this.#arrived = result;
        this.received.wake();
      });
    }
    return this.#arrived;
  }

  /** The message that `peek` showed was taken. An end stays: nothing comes after it. */
  taken(): void {
    const arrived = this.#arrived;
    if (arrived === undefined || arrived instanceof Errno || arrived.kind === "closed") return;
    this.#arrived = undefined;
  }

  /** Whether `send` would answer at once. */
  get isSendable(): boolean {
    return !this.#isSending || this.#isClosed;
  }

  /**
   * Hands on a message, whose bytes are not touched any more. EPIPE after the closing, or what
   * became of the message before this one. Expects `isSendable`.
   */
  send(message: Message): Errno | undefined {
    const refused = this.#refusal();
    if (refused !== undefined) return refused;
    this.#isSending = true;
    this.#channel.send(message, (failed) => {
      this.#isSending = false;
      this.#failed ??= failed;
      this.sendable.wake();
    });
    return undefined;
  }

  /** Sends the closing; EALREADY after it was sent. */
  close(code: number, reason: string): Errno | undefined {
    if (this.#isClosed) return errno.EALREADY;
    this.#isClosed = true;
    this.#channel.close(code, reason);
    this.sendable.wake();
    return undefined;
  }

  #refusal(): Errno | undefined {
    const arrived = this.#arrived;
    const isOver =
      arrived !== undefined && !(arrived instanceof Errno) && arrived.kind === "closed";
    return this.#isClosed || isOver ? errno.EPIPE : this.#failed;
  }
}
