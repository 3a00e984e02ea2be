import type { Timer, Turns } from "#core/host";

/** What became of one export. */
export type PostAnswer =
  | { readonly kind: "taken" }
  /** It may be taken later: after `afterNs`, where the receiver said so. */
  | { readonly kind: "later"; readonly why: string; readonly afterNs?: number }
  /** It will not be taken, however often it is sent. */
  | { readonly kind: "refused"; readonly why: string };

export interface ExporterPorts {
  readonly turns: Turns;
  /** From 0 to below 1. */
  readonly chance: () => number;
  /** What is to be sent: what is known at this moment. Rejects where that cannot be said now. */
  readonly collect: () => Promise<string>;
  /** Answers once, in bounded time, whatever the receiver does. Never rejects. */
  readonly post: (body: string) => Promise<PostAnswer>;
}

const secondNs = 1e9;

export interface ExporterBounds {
  readonly everyNs: number;
  readonly firstRetryNs: number;
  readonly retryNsMax: number;
  /** A larger export is not sent at all. */
  readonly bodyCharactersMax: number;
}

const exporterBounds: ExporterBounds = {
  everyNs: 60 * secondNs,
  firstRetryNs: secondNs,
  retryNsMax: 30 * secondNs,
  bodyCharactersMax: 16 * 1024 * 1024,
};

/**
 * Sends what is known once a minute. Counters are sums since the start, so an export that fails is
 * not kept: what is sent next has it in it. At most one is on its way and none waits; a receiver
 * that does not answer costs a request now and then, and holds nobody up.
 */
export class Exporter {
  readonly #ports: ExporterPorts;
  readonly #bounds: ExporterBounds;
  #timer: Timer | undefined;
  #failures = 0;
  #isStopped = false;
  #lastProblem: string | undefined;

  constructor(ports: ExporterPorts, changed: Partial<ExporterBounds> = {}) {
    this.#ports = ports;
    this.#bounds = { ...exporterBounds, ...changed };
  }

  /** Why the last export was not taken; `undefined` if it was. */
  get lastProblem(): string | undefined {
    return this.#lastProblem;
  }

  /** The first export is one period from now. Called once. */
  start(): void {
    this.#in(this.#bounds.everyNs);
  }

  /** One that is on its way goes on, and none comes after it. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #in(delayNs: number): void {
    if (this.#isStopped) return;
    this.#timer = this.#ports.turns.after(delayNs, () => {
      void this.#export().then((answer) => this.#in(this.#delayAfter(answer)));
    });
  }

  async #export(): Promise<PostAnswer> {
    const { bodyCharactersMax } = this.#bounds;
    let body: string;
    try {
      body = await this.#ports.collect();
    } catch (error) {
      return { kind: "later", why: error instanceof Error ? error.message : "nothing is known" };
    }
    if (body.length <= bodyCharactersMax) return await this.#ports.post(body);
    const why = `the export has ${body.length} characters, ${bodyCharactersMax} at most`;
    return { kind: "refused", why };
  }

  /** Twice as long for each failure in a row, half of it by chance, and never past a period. */
  #delayAfter(answer: PostAnswer): number {
    this.#lastProblem = answer.kind === "taken" ? undefined : answer.why;
    const { everyNs, firstRetryNs, retryNsMax } = this.#bounds;
    if (answer.kind !== "later") {
      this.#failures = 0;
      return everyNs;
    }
    this.#failures += 1;
    const paceNs = Math.min(firstRetryNs * 2 ** (this.#failures - 1), retryNsMax);
    const delayNs = answer.afterNs ?? paceNs * (0.5 + this.#ports.chance() / 2);
    return Math.min(delayNs, everyNs);
  }
}
