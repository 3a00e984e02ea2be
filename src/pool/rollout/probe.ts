import type { ByteSink } from "#core/host";
import type {
  IncomingRequest,
  MessageChannel,
  RequestHead,
  ResponseHead,
} from "#core/host/traffic";
import { unreachable } from "#core/base";

/** A request that noos makes itself, to see how it is answered: any body is let pass. */
export class Probe implements IncomingRequest {
  readonly head: RequestHead;
  readonly body: undefined = undefined;
  readonly isUpgrade = false;
  readonly #answered: (status: number | undefined) => void;
  #isAnswered = false;

  /** `answered` is told once: the status, or that the answer was given up. */
  constructor(target: string, answered: (status: number | undefined) => void) {
    const fields = ["accept", "*/*", "user-agent", "noos-probe"];
    this.head = { method: "GET", scheme: "http", authority: "localhost", target, fields };
    this.#answered = answered;
  }

  respond({ status }: ResponseHead): void {
    this.#answer(status);
  }

  begin({ status }: ResponseHead): ByteSink {
    this.#answer(status);
    return {
      push: (_bytes, answer) => void Promise.resolve().then(() => answer(undefined)),
      close: () => undefined,
    };
  }

  accept(): MessageChannel {
    return unreachable(this.isUpgrade as never);
  }

  abandon(): void {
    this.#answer(undefined);
  }

  whenGone(): void {
    // It does not go away: whoever serves it has a deadline.
  }

  #answer(status: number | undefined): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.#answered(status);
  }
}
