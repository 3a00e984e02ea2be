import type { Link } from "#core/base/collections";
import type { ByteSink, ByteSource } from "#core/host";
import type {
  Closing,
  Fields,
  IncomingRequest,
  Message,
  MessageChannel,
  RequestHead,
  ResponseHead,
} from "#core/host/traffic";
import { isTunnel } from "#core/net";
import { Errno, errno, formatDuration } from "#core/sys";
import { type Refusal, refuse } from "./refusal.ts";

/** How a visit came to its end. */
export type Outcome =
  /** The answer is out, or what there was of it. */
  | { readonly kind: "answered"; readonly status: number }
  /** Whoever sent it went away before. */
  | { readonly kind: "gone" }
  /** There was no answer, or no more of it. */
  | { readonly kind: "failed"; readonly why: string }
  /** We answered it ourselves. */
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Who is told what becomes of a visit. */
export interface VisitKeeper {
  /** Its head is on its way out; answers what fields are to go with it. */
  begins(visit: Visit): Fields;
  /** The same of an answer that is out as a whole; it is over then. */
  answers(visit: Visit): Fields;
  /** An instance waits for more of its body, or does not any more. */
  heldUp(count: 1 | -1): void;
  over(visit: Visit, outcome: Outcome): void;
}

/** Of a WebSocket whose server leaves (RFC 6455, 7.4.1). */
const goingAway = 1001;

/** Where a visit stands. */
type State = "waiting" | "given" | "begun" | "over";

/**
 * Methods that may be done twice with the same effect as once (RFC 9110, 9.2.2), and tunnels: of
 * one that nobody has accepted, nobody has read anything.
 */
const idempotent: ReadonlySet<string> = new Set([
  "CONNECT",
  "GET",
  "HEAD",
  "OPTIONS",
  "PUT",
  "DELETE",
  "TRACE",
]);

/** An instance, as what it was given knows it. */
export interface VisitHolder {
  /** When it was started, and when it asked for a request first. */
  readonly startedNs: number;
  readonly readyNs: number;
  /** A visit it had is over. */
  freed(visit: Visit, nowNs: number): void;
  /** Whether it has answered nothing since it was given this. */
  isStuckWith(visit: Visit): boolean;
  end(who: string): void;
}

/**
 * A request on its way through an endpoint: in line, then with an instance, then over. It is the
 * request as the instance sees it, so that everything it does with it passes here.
 */
export class Visit implements IncomingRequest {
  readonly head: RequestHead;
  readonly isUpgrade: boolean;
  /** Whether it is a raw connection, which is answered when it is accepted. */
  readonly isTunnel: boolean;
  readonly arrivedNs: number;
  /** When an instance took it; of one that was given twice, the last time. */
  givenNs = 0;
  /** Since when it waited in line, if it did. */
  summonedNs: number | undefined = undefined;
  /** For how long of that the instance that took it was being started. */
  startedForNs = 0;
  /** How often it was given to an instance. */
  givenCount = 0;
  /** Who has it. */
  holder: VisitHolder | undefined = undefined;
  /** Its places among what the holder has, and among what is not answered yet. */
  inHolder: Link<Visit> | undefined = undefined;
  inUnanswered: Link<Visit> | undefined = undefined;
  readonly #request: IncomingRequest;
  #keeper: VisitKeeper;
  #state: State = "waiting";
  #status = 0;
  #isInLine = false;
  #isBodyTouched = false;
  /** Whether more of its body was asked for, and has not come. */
  #isPulling = false;
  /** Since when that was seen; and whether it was told of one that has no answer yet. */
  #pullsSinceNs: number | undefined = undefined;
  #wasHeldUp = false;
  /** Of a tunnel: what comes of it is over, though what goes may not be. */
  #isBodyOver = false;
  #isAnswerOver = false;
  #whenGone: (() => void) | undefined = undefined;
  #isGone = false;
  #isOrphan = false;
  /** The WebSocket that it became. */
  #channel: MessageChannel | undefined = undefined;

  constructor(request: IncomingRequest, keeper: VisitKeeper, arrivedNs: number) {
    this.head = request.head;
    this.isUpgrade = request.isUpgrade;
    this.isTunnel = isTunnel(request.head);
    this.arrivedNs = arrivedNs;
    this.#request = request;
    this.#keeper = keeper;
    request.whenGone(() => {
      this.#isGone = true;
      this.#over({ kind: "gone" });
      this.#whenGone?.();
    });
  }

  get isWaiting(): boolean {
    return this.#state === "waiting";
  }

  get isOver(): boolean {
    return this.#state === "over";
  }

  /** Whether another instance may have it, now that the one that had it has ended. */
  get mayBeGivenAgain(): boolean {
    return this.#state === "given" && !this.#isBodyTouched && idempotent.has(this.head.method);
  }

  /** What was answered so far; 0 is nothing. */
  get status(): number {
    return this.#status;
  }

  /** Whether its program waits for whoever sent it, and not the other way round. */
  get awaitsSender(): boolean {
    return this.#isPulling && !this.isTunnel;
  }

  /** Since when it is seen that its program waits for more of it; each piece is a new beginning. */
  awaitsSenderSince(nowNs: number): number | undefined {
    return this.awaitsSender ? (this.#pullsSinceNs ??= nowNs) : undefined;
  }

  /** The body, of which nobody else may have read any. */
  get body(): ByteSource | undefined {
    const { body } = this.#request;
    if (body === undefined) return undefined;
    return {
      pull: (bytesMax, answer) => {
        this.#isBodyTouched = true;
        this.#pulls(true);
        body.pull(bytesMax, (result) => {
          this.#pulls(false);
          answer(result);
          if (this.isTunnel && !(result instanceof Uint8Array)) this.#endBody();
        });
      },
      close: () => {
        // What was asked for last is not answered any more.
        this.#pulls(false);
        // Who ends without a look at the body has not used it up.
        if (this.#isBodyTouched || this.isTunnel) body.close();
        this.#endBody();
      },
    };
  }

  /** Whether it waits in line; one that is over did when it ended. */
  get wasInLine(): boolean {
    return this.#isInLine;
  }

  /** Another looks after it from now on. Expects `isWaiting`. */
  moveTo(keeper: VisitKeeper): void {
    this.#keeper = keeper;
  }

  /** No instance can take it at once. */
  joinLine(nowNs: number): void {
    this.summonedNs ??= nowNs;
    this.#isInLine = true;
  }

  /** An instance takes it, and puts it among what it has. */
  give(nowNs: number, holder: VisitHolder, inHolder: Link<Visit>): void {
    const { summonedNs } = this;
    const { startedNs, readyNs } = holder;
    this.holder = holder;
    this.inHolder = inHolder;
    if (summonedNs !== undefined) {
      this.startedForNs = Math.max(0, readyNs - Math.max(startedNs, summonedNs));
    }
    this.#state = "given";
    this.#isInLine = false;
    this.#isOrphan = false;
    this.givenNs = nowNs;
    this.givenCount += 1;
  }

  /** The instance that had it is gone, and it waits for another. */
  takeBack(nowNs: number): void {
    this.#state = "waiting";
    this.joinLine(nowNs);
    this.#whenGone = undefined;
  }

  respond(head: ResponseHead, body: Uint8Array): void {
    if (this.#state !== "given") return;
    this.#begin(head);
    this.#request.respond(withFields(head, this.#keeper.answers(this)), body);
    this.#over({ kind: "answered", status: head.status });
  }

  begin(head: ResponseHead): ByteSink {
    if (this.#state !== "given") return deadSink;
    this.#begin(head);
    const sink = this.#request.begin(withFields(head, this.#keeper.begins(this)));
    return {
      push: (bytes, answer) =>
        sink.push(bytes, (failed) => {
          this.#taken(failed);
          answer(failed);
        }),
      ...(sink.tryPush === undefined
        ? {}
        : { tryPush: (bytes: Uint8Array) => this.#taken(sink.tryPush?.(bytes) ?? 0) }),
      close: () => {
        sink.close();
        this.#endAnswer();
      },
    };
  }

  accept(fields: Fields): MessageChannel {
    if (this.#state !== "given") return deadChannel;
    this.#begin({ status: 101, fields });
    const channel = this.#request.accept([...fields, ...this.#keeper.begins(this)]);
    this.#channel = channel;
    const over = (): void => this.#over({ kind: "answered", status: 101 });
    return {
      receive: (answer) =>
        channel.receive((result) => {
          if (result instanceof Errno || result.kind === "closed") over();
          answer(result);
        }),
      send: (message, answer) => channel.send(message, answer),
      close: (code, reason) => {
        channel.close(code, reason);
        over();
      },
    };
  }

  /** The instance that has it has ended, and what becomes of it is not that one's to say. */
  orphan(): void {
    this.#isOrphan = true;
  }

  abandon(why: string): void {
    if (this.#state === "over" || this.#isOrphan) return;
    this.#request.abandon(why);
    this.#over({ kind: "failed", why });
  }

  /** Answers it ourselves; once an answer has begun, it is cut. */
  refuse(refusal: Refusal): void {
    if (this.#state === "over") return;
    if (this.#state === "begun") this.#request.abandon(refusal.why);
    else refuse(this.#request, refusal);
    this.#over({ kind: "refused", refusal });
  }

  /** Ends a WebSocket or an answer that has begun, which went on for long enough. */
  goAway(afterNs: number): void {
    if (this.#state !== "begun") return;
    if (this.#channel !== undefined) {
      this.#channel.close(goingAway, "what served this leaves");
      return this.#over({ kind: "answered", status: 101 });
    }
    const why = `what served it leaves, and it went on for ${formatDuration(afterNs)} more`;
    this.refuse({ status: 503, reason: "drained", why });
  }

  whenGone(callback: () => void): void {
    // It may have left between its being taken and this.
    if (this.#isGone) void Promise.resolve().then(callback);
    else this.#whenGone = callback;
  }

  #pulls(isPulling: boolean): void {
    if (this.#isPulling === isPulling) return;
    this.#isPulling = isPulling;
    this.#pullsSinceNs = undefined;
    // Of a connection nobody knows who waits for whom.
    if (this.#state === "given" && !this.isTunnel) this.#isHeldUp(isPulling);
  }

  #isHeldUp(isSo: boolean): void {
    if (this.#wasHeldUp === isSo) return;
    this.#wasHeldUp = isSo;
    this.#keeper.heldUp(isSo ? 1 : -1);
  }

  /** A tunnel goes on while either side has something to say. */
  #endAnswer(): void {
    this.#isAnswerOver = true;
    const goesOn = this.isTunnel && !this.#isBodyOver;
    if (!goesOn) this.#over({ kind: "answered", status: this.#status });
  }

  #endBody(): void {
    this.#isBodyOver = true;
    if (this.isTunnel && this.#isAnswerOver) this.#endAnswer();
  }

  /** A program may see that nobody takes its answer before anybody is told who left. */
  #taken<Answer>(answer: Answer): Answer {
    if (answer === errno.EPIPE || answer === errno.ECONNRESET) this.#over({ kind: "gone" });
    return answer;
  }

  #begin({ status }: ResponseHead): void {
    this.#isHeldUp(false);
    this.#state = "begun";
    this.#status = status;
  }

  #over(outcome: Outcome): void {
    if (this.#state === "over") return;
    this.#isHeldUp(false);
    this.#state = "over";
    if (outcome.kind !== "gone") {
      const whenGone = this.#whenGone;
      this.#whenGone = undefined;
      // Nobody waits any more for what we answered; who has it may be ended for that first.
      if (outcome.kind === "refused" && whenGone) void Promise.resolve().then(whenGone);
    }
    this.#keeper.over(this, outcome);
  }
}

function withFields(head: ResponseHead, added: Fields): ResponseHead {
  return added.length === 0 ? head : { ...head, fields: [...head.fields, ...added] };
}

/** For an instance that answers what is over. */
const deadSink: ByteSink = {
  push: (_bytes, answer) => void Promise.resolve().then(() => answer(errno.EPIPE)),
  tryPush: () => errno.EPIPE,
  close: () => undefined,
};

const closed: Closing = { kind: "closed", code: 1006, reason: "" };

const deadChannel: MessageChannel = {
  receive: (answer: (result: Message | Closing | Errno) => void) =>
    void Promise.resolve().then(() => answer(closed)),
  send: (_message, answer) => void Promise.resolve().then(() => answer(undefined)),
  close: () => undefined,
};
