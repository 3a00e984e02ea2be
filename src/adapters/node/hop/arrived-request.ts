import type { ByteSink, ByteSource } from "#core/host";
import type {
  Fields,
  IncomingRequest,
  MessageChannel,
  RequestHead,
  ResponseHead,
} from "#core/host/traffic";
import { isTunnel } from "#core/net";
import { errno, errnoNamed, type ErrnoName } from "#core/sys";
import { goneSink } from "#adapters/node/body";
import { goneChannel } from "#adapters/node/web-socket";
import type { Frame } from "./frames.ts";
import { fieldsText, type HandedRequest } from "./head-text.ts";
import { HopChannel } from "./hop-channel.ts";
import { HopSink } from "./hop-sink.ts";
import { HopSource, windowBytes } from "./hop-source.ts";
import type { Link } from "./link.ts";
import { promising } from "./promising.ts";

/** A request that another executor handed over, which passes the answer on. */
export class ArrivedRequest implements IncomingRequest {
  readonly head: RequestHead;
  readonly isUpgrade: boolean;
  readonly #link: Link;
  readonly #number: number;
  readonly #over: () => void;
  readonly #source: HopSource | undefined;
  #sink: HopSink | undefined = undefined;
  #channel: HopChannel | undefined = undefined;
  #whenGone: (() => void) | undefined = undefined;
  #isAnswered = false;
  /** All of the answer is out. */
  #isSent = false;
  #isOver = false;
  #isGone = false;

  /** `over` is told when nothing that comes of it counts any more. */
  constructor(
    { head, form }: HandedRequest,
    around: { readonly link: Link; readonly number: number; readonly over: () => void },
  ) {
    this.head = head;
    this.isUpgrade = form === "upgrade";
    this.#link = around.link;
    this.#number = around.number;
    this.#over = around.over;
    if (form !== "body") return;
    const ended = (): void => {
      if (this.#isSent) this.#finish();
    };
    this.#source = new HopSource(this.#link, this.#number, { isAwaited: true, ended });
  }

  get body(): ByteSource | undefined {
    return this.#source;
  }

  respond(head: ResponseHead, body: Uint8Array): void {
    if (!this.#takeTurn()) return;
    if (body.length > windowBytes) return this.#respondAtLength(head, body);
    const { status } = head;
    this.#link.send("respond", this.#number, {
      status,
      text: fieldsText(head.fields),
      bytes: body,
    });
    this.#finish();
  }

  begin(head: ResponseHead): ByteSink {
    return this.#takeTurn() ? this.#beginWith(head) : goneSink;
  }

  accept(fields: Fields): MessageChannel {
    if (!this.#takeTurn()) return goneChannel;
    this.#link.send("accept", this.#number, { text: fieldsText(fields) });
    this.#channel = new HopChannel(this.#link, this.#number, () => this.#finish());
    return this.#channel;
  }

  abandon(why: string): void {
    if (this.#isOver) return;
    this.#isAnswered = true;
    this.#link.send("abandon", this.#number, { bytes: Buffer.from(why) });
    this.#sink?.fail(errno.EPIPE);
    this.#channel?.end(errno.ECONNRESET);
    this.#finish();
  }

  whenGone(callback: () => void): void {
    if (this.#isGone) queueMicrotask(callback);
    else this.#whenGone = callback;
  }

  /** Something about it came from the other side. */
  heard(frame: Frame): void {
    switch (frame.kind) {
      case "body":
        return this.#source?.take(frame.bytes);
      case "end":
        return this.#source?.finish("end");
      case "broken":
        return this.#source?.finish(errnoNamed(frame.text as ErrnoName));
      case "room":
        return this.#sink?.room(frame.status);
      case "unread":
        return this.#sink?.fail(errno.EPIPE);
      case "left":
        return this.leave();
      case "text":
      case "binary":
        return this.#channel?.take({ kind: frame.kind, bytes: frame.bytes });
      case "taken":
        return this.#channel?.taken(
          frame.text === "" ? undefined : errnoNamed(frame.text as ErrnoName),
        );
      case "closed":
        return this.#channel?.end({
          kind: "closed",
          code: frame.status,
          reason: Buffer.from(frame.bytes).toString(),
        });
      default:
        // The rest only goes the other way.
        return undefined;
    }
  }

  /** Whoever sent it is gone, or the executor that handed it over. */
  leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#source?.finish(errno.ECONNRESET);
    this.#sink?.fail(errno.EPIPE);
    this.#channel?.end(errno.ECONNRESET);
    const tell = this.#isOver ? undefined : this.#whenGone;
    this.#finish();
    tell?.();
  }

  /** The first answer counts; to somebody who is gone there is none. */
  #takeTurn(): boolean {
    if (this.#isAnswered || this.#isGone) return false;
    this.#isAnswered = true;
    return true;
  }

  /** A large body goes as it is wanted, under a head that says how large it is. */
  #respondAtLength({ status, fields }: ResponseHead, body: Uint8Array): void {
    const told = promising(fields, { method: this.head.method, status, bodyBytes: body.length });
    const sink = this.#beginWith({ status, fields: told });
    // A copy, for the bytes are whose they were when this returns.
    sink.push(body.slice(), () => sink.close());
  }

  #beginWith({ status, fields }: ResponseHead): HopSink {
    this.#link.send("begin", this.#number, { status, text: fieldsText(fields) });
    const ended = (): void => this.#sent();
    const sink = new HopSink(this.#link, this.#number, { roomBytes: windowBytes, ended });
    this.#sink = sink;
    return sink;
  }

  /** A tunnel goes on while its other side has something to say. */
  #sent(): void {
    this.#isSent = true;
    const goesOn = isTunnel(this.head) && this.#source?.isEnded === false;
    if (!goesOn) this.#finish();
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // Once it is answered nobody sends more of its body.
    this.#source?.finish(errno.EPIPE);
    this.#over();
  }
}
