import { assert } from "#core/base";
import type { ByteSink, ByteSource } from "#core/host";
import type {
  IncomingRequest,
  MessageChannel,
  RequestHead,
  ResponseHead,
} from "#core/host/traffic";
import { content } from "#core/stream";
import type { KeptExchange, Outcome } from "./exchange.ts";
import { Pieces } from "./pieces.ts";

/** A longer answer is not compared; what was kept is shorter. */
const bodyBytesMax = 256 * 1024;
const tooLong: Outcome = { kind: "none", why: "its answer is longer than 256 KiB" };

/** A request that was made once, made again; its answer comes back whole. */
export class Repeated implements IncomingRequest {
  readonly head: RequestHead;
  readonly body: ByteSource | undefined;
  readonly isUpgrade = false;
  readonly #over: (outcome: Outcome) => void;

  /** `over` may be told more than once, of which the first counts. */
  constructor(
    { head, body }: Pick<KeptExchange, "head" | "body">,
    over: (outcome: Outcome) => void,
  ) {
    this.head = head;
    this.body = body && content(body);
    this.#over = over;
  }

  respond(head: ResponseHead, body: Uint8Array): void {
    if (body.length > bodyBytesMax) this.#over(tooLong);
    else this.#over({ kind: "answer", answer: { head, body: body.slice() } });
  }

  begin(head: ResponseHead): ByteSink {
    const pieces = new Pieces(bodyBytesMax);
    return {
      push: (bytes, answer) => {
        pieces.add(bytes);
        void Promise.resolve().then(() => answer(undefined));
      },
      close: () =>
        this.#over(
          pieces.isOver ? tooLong : { kind: "answer", answer: { head, body: pieces.all() } },
        ),
    };
  }

  accept(): MessageChannel {
    assert(false, "no request for a WebSocket is kept");
  }

  abandon(why: string): void {
    this.#over({ kind: "none", why });
  }

  whenGone(): void {
    // It is waited for as long as an answer may take.
  }
}
