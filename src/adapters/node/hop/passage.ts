import type { IncomingRequest, MessageChannel } from "#core/host/traffic";
import { isTunnel } from "#core/net";
import { Errno, errno } from "#core/sys";
import { pump } from "#adapters/node/body";
import { type Frame, type FrameKind, noBytes } from "./frames.ts";
import { readFieldsText, requestText } from "./head-text.ts";
import { HopSink } from "./hop-sink.ts";
import { HopSource } from "./hop-source.ts";
import type { Link } from "./link.ts";

/**
 * Methods that may be done twice with the same effect as once (RFC 9110, section 9.2.2), and
 * tunnels: of one that nobody has accepted, nobody has read anything.
 */
const idempotent: ReadonlySet<string> = new Set([
  "CONNECT",
  "GET",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "PUT",
  "DELETE",
]);

/** Kinds that are an answer, or the end of all hope for one. */
type AnswerKind = "respond" | "begin" | "accept" | "abandon";

/** Who is told what becomes of a request that was handed on. */
export interface PassageKeeper {
  /** Nothing that comes of it counts any more. Called once. */
  over(): void;
  /** The other executor is gone, and the request may be made once more: nothing of it has begun. */
  lost(): void;
}

/** A request on its way through another executor, and its answer on the way back. */
export class Passage {
  readonly #request: IncomingRequest;
  readonly #link: Link;
  readonly #number: number;
  readonly #keeper: PassageKeeper;
  #sink: HopSink | undefined = undefined;
  #source: HopSource | undefined = undefined;
  #channel: MessageChannel | undefined = undefined;
  /** For whoever is told that an answer broke off. */
  #why = executorGone;
  /** All of the answer came; all of the body is out: a tunnel is over with both. */
  #isReceived = false;
  #isSent = false;
  #isOver = false;

  constructor(
    request: IncomingRequest,
    over: { readonly link: Link; readonly number: number },
    keeper: PassageKeeper,
  ) {
    this.#request = request;
    this.#link = over.link;
    this.#number = over.number;
    this.#keeper = keeper;
  }

  begin(key: string): void {
    this.#send("request", requestText(this.#request, key));
    this.#request.whenGone(() => {
      if (this.#isOver) return;
      this.#send("left", "");
      this.#finish();
    });
  }

  /** Something about it came from the other side. */
  heard(frame: Frame): void {
    switch (frame.kind) {
      case "room":
        return this.#sendBody(frame.status);
      case "unread":
        return this.#unread();
      case "respond":
      case "begin":
      case "accept":
      case "abandon":
        return this.#answer(frame.kind, frame);
      case "body":
        return this.#source?.take(frame.bytes);
      case "end":
        return this.#source?.finish("end");
      case "want":
        return this.#receive();
      case "text":
      case "binary":
        return this.#deliver({ kind: frame.kind, bytes: frame.bytes });
      case "closed":
        this.#channel?.close(frame.status, Buffer.from(frame.bytes).toString());
        return this.#finish();
      default:
        // The rest only goes the other way.
        return undefined;
    }
  }

  /** The other executor is gone, or was never reached. */
  lose({ isReached }: { readonly isReached: boolean }): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const isBegun = this.#source !== undefined || this.#channel !== undefined;
    const isTouched = isBegun || this.#sink !== undefined;
    const isRepeatable = !isReached || idempotent.has(this.#request.head.method);
    if (!isTouched && isRepeatable) return this.#keeper.lost();
    this.#sink?.fail(errno.ECONNRESET);
    // What came in whole before is still passed on; then the answer breaks off.
    if (this.#source !== undefined) this.#source.finish(errno.ECONNRESET);
    else if (this.#channel !== undefined) this.#channel.close(goneCode, "");
    else this.#request.abandon(executorGone);
  }

  #answer(kind: AnswerKind, { status, text, bytes }: Frame): void {
    if (kind === "abandon") return this.#abandon(Buffer.from(bytes).toString());
    const fields = readFieldsText(text);
    if (fields === undefined) return this.#abandon("its head is not well formed");
    if (kind === "respond") {
      this.#request.respond({ status, fields }, bytes);
      return this.#finish();
    }
    if (kind === "accept") {
      this.#channel = this.#request.accept(fields);
      return;
    }
    const source = new HopSource(this.#link, this.#number, { isAwaited: false });
    this.#source = source;
    const sink = this.#request.begin({ status, fields });
    pump(source, sink, (failed) => {
      if (failed === undefined) return this.#received();
      this.#request.abandon(this.#why);
      this.#finish();
    });
  }

  #received(): void {
    this.#isReceived = true;
    if (!isTunnel(this.#request.head) || this.#isSent) this.#finish();
  }

  #bodySent(): void {
    this.#isSent = true;
    if (this.#isReceived) this.#finish();
  }

  #abandon(why: string): void {
    const source = this.#source;
    if (source === undefined || source.isEnded) {
      this.#request.abandon(why);
      return this.#finish();
    }
    // What came before is still passed on.
    this.#why = why;
    source.finish(errno.ECONNRESET);
  }

  /** The first room for it is what says that somebody reads the body at all. */
  #sendBody(roomBytes: number): void {
    if (this.#sink !== undefined) return this.#sink.room(roomBytes);
    const { body } = this.#request;
    if (body === undefined) return;
    const sink = new HopSink(this.#link, this.#number, { roomBytes, ended: () => undefined });
    this.#sink = sink;
    pump(body, sink, (failed) => {
      if (failed !== undefined && !this.#isOver) this.#send("broken", failed.name);
      this.#bodySent();
    });
  }

  #unread(): void {
    this.#sink?.fail(errno.EPIPE);
    // Who sends through a tunnel and is quiet would not find out for long.
    const isClosed = this.#sink === undefined || isTunnel(this.#request.head);
    if (isClosed) this.#request.body?.close();
    this.#bodySent();
  }

  #receive(): void {
    this.#channel?.receive((result) => {
      if (this.#isOver) return;
      if (!(result instanceof Errno) && result.kind !== "closed") {
        return this.#link.send(result.kind, this.#number, { bytes: result.bytes });
      }
      if (result instanceof Errno) this.#send("left", "");
      else {
        const { code: status, reason } = result;
        this.#link.send("closed", this.#number, { status, bytes: Buffer.from(reason) });
      }
      this.#finish();
    });
  }

  #deliver(message: { readonly kind: "text" | "binary"; readonly bytes: Uint8Array }): void {
    this.#channel?.send(message, (failed) => {
      if (!this.#isOver) this.#send("taken", failed?.name ?? "");
    });
  }

  #send(kind: FrameKind, text: string): void {
    this.#link.send(kind, this.#number, { text, bytes: noBytes });
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // Of a body that was being sent, nobody wants the rest.
    this.#sink?.fail(errno.EPIPE);
    this.#keeper.over();
  }
}

/** RFC 6455: what was there met with something that keeps it from going on. */
const goneCode = 1011;

const executorGone = "the executor that had it is gone";
