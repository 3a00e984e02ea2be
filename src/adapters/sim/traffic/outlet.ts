import type { ByteSource, Turns } from "#core/host";
import type { OutgoingRequest, Outlet, RequestHead, ResponseHead } from "#core/host/traffic";
import { content } from "#core/stream";
import { errno, type Errno } from "#core/sys";
import { CollectingSink, ScriptedSource } from "#adapters/sim";

/** What stands behind a simulated outlet: a name that answers, or does not. */
export type SimulatedUpstream = (
  head: RequestHead,
  body: CollectingSink | undefined,
) => SimulatedReply;

export interface SimulatedReply {
  /** How long the head takes. */
  readonly afterNs?: number;
  readonly result: ResponseHead | Errno;
  /** Comes piece by piece, or is all there with the head. */
  readonly body?: string;
  readonly isWhole?: boolean;
}

/** A way out to granted names, each with an upstream. */
export class SimulatedOutlet implements Outlet {
  readonly names: readonly string[];
  readonly requests: SimulatedOutgoing[] = [];
  readonly #turns: Turns;
  readonly #upstreams: ReadonlyMap<string, SimulatedUpstream>;

  constructor(turns: Turns, upstreams: Readonly<Record<string, SimulatedUpstream>> = {}) {
    this.#turns = turns;
    this.names = Object.keys(upstreams);
    this.#upstreams = new Map(Object.entries(upstreams));
  }

  request(
    head: RequestHead,
    options: { readonly hasBody: boolean; readonly deadlineNs: number },
  ): OutgoingRequest | Errno {
    const upstream = this.#upstreams.get(head.authority);
    if (upstream === undefined) return errno.ENOENT;
    const request = new SimulatedOutgoing(this.#turns, { head, upstream, ...options });
    this.requests.push(request);
    return request;
  }
}

interface OutgoingParts {
  readonly head: RequestHead;
  readonly upstream: SimulatedUpstream;
  readonly hasBody: boolean;
  readonly deadlineNs: number;
}

/** A request that a process made of a simulated upstream. */
export class SimulatedOutgoing implements OutgoingRequest {
  readonly head: RequestHead;
  readonly body: CollectingSink | undefined;
  readonly response: ByteSource;
  readonly #turns: Turns;
  readonly #deadlineNs: number;
  readonly #reply: SimulatedReply;
  isCancelled = false;

  constructor(turns: Turns, { head, upstream, hasBody, deadlineNs }: OutgoingParts) {
    this.#turns = turns;
    this.head = head;
    this.#deadlineNs = deadlineNs;
    this.body = hasBody ? new CollectingSink(turns) : undefined;
    this.#reply = upstream(head, this.body);
    const { body = "", isWhole = false } = this.#reply;
    this.response = isWhole ? content(body) : new ScriptedSource(turns).feed(body).end();
  }

  whenAnswered(answer: (result: ResponseHead | Errno) => void): void {
    const { afterNs = 0, result } = this.#reply;
    const isLate = afterNs > this.#deadlineNs;
    this.#turns.after(Math.min(afterNs, this.#deadlineNs), () => {
      if (!this.isCancelled) answer(isLate ? errno.ETIMEDOUT : result);
    });
  }

  cancel(): void {
    this.isCancelled = true;
  }
}
