import { assert } from "#core/base";
import type { Turns } from "#core/host";
import type { IncomingRequest, Inlet } from "#core/host/traffic";
import { SimulatedRequest, type SimulatedRequestOptions } from "./request.ts";

/** A line of requests for one process. */
export class SimulatedInlet implements Inlet {
  readonly #turns: Turns;
  readonly #line: IncomingRequest[] = [];
  #next: ((request: IncomingRequest | "end") => void) | undefined;
  #isEnded = false;
  #isClosed = false;
  /** Without, a process has to ask for each request and wait for it. */
  readonly take?: () => IncomingRequest | undefined;

  constructor(turns: Turns, { canTake = true }: { readonly canTake?: boolean } = {}) {
    this.#turns = turns;
    if (canTake) {
      this.take = () => {
        assert(this.#next === undefined, "nothing is taken during an ask");
        return this.#line.shift();
      };
    }
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Requests that no process took yet. */
  get waitingCount(): number {
    return this.#line.length;
  }

  /** A request comes. */
  send(options: SimulatedRequestOptions = {}): SimulatedRequest {
    const request = new SimulatedRequest(this.#turns, options);
    this.#line.push(request);
    this.#serve();
    return request;
  }

  /** No more will come. */
  end(): void {
    this.#isEnded = true;
    this.#serve();
  }

  next(answer: (request: IncomingRequest | "end") => void): void {
    assert(this.#next === undefined, "one ask at a time");
    this.#next = answer;
    this.#serve();
  }

  close(): void {
    this.#isClosed = true;
    this.#next = undefined;
  }

  #serve(): void {
    if (this.#next === undefined || (this.#line.length === 0 && !this.#isEnded)) return;
    this.#turns.next(() => {
      const answer = this.#next;
      if (answer === undefined) return;
      const request = this.#line.shift() ?? (this.#isEnded ? "end" : undefined);
      if (request === undefined) return;
      this.#next = undefined;
      answer(request);
    });
  }
}
