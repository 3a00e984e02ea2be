import { assert } from "#core/base";
import type { ByteSink, ByteSource, Timer, Turns } from "#core/host";
import type { MessageChannel, RequestHead, ResponseHead } from "#core/host/traffic";
import { content } from "#core/stream";
import { formatDuration } from "#core/sys";
import type { Summons, SummonsOutcome } from "#pool/host/summons";
import type { Refusable, Refusal } from "#pool/ingress";
import { againSecondsMax, answerBytesMax, multiStatus, readBatchAnswer } from "./batch-answer.ts";
import { joined } from "./joined.ts";

/** What was too long for an endpoint is its own to say; this comes later, and only then. */
const beyondNs = 2e9;

/** These an instance had. Of all others nobody looked at the request. */
const hadReasons: ReadonlySet<Refusal["reason"]> = new Set(["timeout", "instance-ended"]);

/** A summons as an instance sees it: a request whose answer counts by its status alone. */
export class SummonedRequest implements Refusable {
  readonly head: RequestHead;
  readonly body: ByteSource;
  readonly isUpgrade: boolean = false;
  readonly #isBatch: boolean;
  readonly #ended: (outcome: SummonsOutcome) => void;
  readonly #late: Timer | undefined;
  #whenGone: (() => void) | undefined = undefined;
  #isOver = false;

  constructor(
    { fields, body, withinNs, isBatch = false }: Summons,
    around: {
      /** What the instance is asked as. */
      readonly authority: string;
      readonly turns: Pick<Turns, "after">;
      /** Called once. */
      readonly ended: (outcome: SummonsOutcome) => void;
    },
  ) {
    const { authority, turns, ended } = around;
    this.head = {
      method: "POST",
      scheme: "http",
      authority,
      target: "/",
      fields: [...fields, "content-length", `${body.length}`],
    };
    this.body = content(body);
    this.#isBatch = isBatch;
    this.#ended = ended;
    this.#late = Number.isFinite(withinNs)
      ? turns.after(withinNs + beyondNs, () => this.#giveUp(withinNs))
      : undefined;
  }

  respond(head: ResponseHead, body: Uint8Array): void {
    this.#over(this.#isTold(head) ? readBatchAnswer(body) : answeredBy(head));
  }

  /** What is still to come has to come to its end, even where nobody reads it. */
  begin(head: ResponseHead): ByteSink {
    const kept = this.#isTold(head) ? new Kept() : undefined;
    let cameBytes = 0;
    const tryPush = (bytes: Uint8Array): number => {
      kept?.add(bytes);
      cameBytes += bytes.length;
      return bytes.length;
    };
    return {
      push: (bytes, answer) => {
        tryPush(bytes);
        void Promise.resolve().then(() => answer(undefined));
      },
      tryPush,
      close: () => {
        const promised = valueOf(head, "content-length");
        if (promised !== undefined && Number(promised) !== cameBytes) {
          const why = `its answer has ${cameBytes} bytes, its content-length says ${promised}`;
          return this.abandon(why);
        }
        this.#over(kept === undefined ? answeredBy(head) : readBatchAnswer(kept.bytes()));
      },
    };
  }

  accept(): MessageChannel {
    assert(false, "a summons never asks for a WebSocket");
  }

  abandon(why: string): void {
    this.#over({ kind: "failed", why });
  }

  refused({ reason, why }: Refusal): void {
    this.#over({ kind: hadReasons.has(reason) ? "failed" : "untouched", why });
  }

  whenGone(callback: () => void): void {
    this.#whenGone = callback;
  }

  /** Whether the body of the answer says what became of each message. */
  #isTold({ status }: ResponseHead): boolean {
    return this.#isBatch && status === multiStatus;
  }

  /** Its time is over, wherever it stands. */
  #giveUp(withinNs: number): void {
    const tell = this.#whenGone;
    this.#over({ kind: "failed", why: `it was not answered within ${formatDuration(withinNs)}` });
    tell?.();
  }

  #over(outcome: SummonsOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#whenGone = undefined;
    this.#late?.cancel();
    this.#ended(outcome);
  }
}

/** What there is of an answer, up to a byte more than it may have. */
class Kept {
  readonly #pieces: Uint8Array[] = [];
  #sizeBytes = 0;

  add(bytes: Uint8Array): void {
    const piece = bytes.slice(0, answerBytesMax + 1 - this.#sizeBytes);
    this.#sizeBytes += piece.length;
    if (piece.length > 0) this.#pieces.push(piece);
  }

  bytes(): Uint8Array {
    return joined(this.#pieces, this.#sizeBytes);
  }
}

function answeredBy(head: ResponseHead): SummonsOutcome {
  const { status } = head;
  const text = valueOf(head, "retry-after") ?? "";
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : undefined;
  if (seconds === undefined || seconds > againSecondsMax) return { kind: "answered", status };
  return { kind: "answered", status, retryAfterNs: seconds * 1e9 };
}

/** The first of that name, which is in lower case. */
function valueOf({ fields }: ResponseHead, wanted: string): string | undefined {
  const at = fields.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === wanted);
  return at < 0 ? undefined : fields[at + 1];
}
