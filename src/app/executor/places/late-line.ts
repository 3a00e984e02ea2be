import type { Timer, Turns } from "#core/host";
import { type Refusal, refuse } from "#pool/ingress";
import type { Traveller } from "./traveller.ts";

/** So many requests wait at a time, and each so long. */
const waitingMax = 1024;
const waitNsMax = 5e9;

/** What is said to those that waited in vain; a second later more is known. */
const retryAfterNs = 1e9;

/**
 * Requests for what is on its way: a process that is being made ready, or whose executor was lost
 * and is to be replaced. Whoever let them in takes them on as soon as it is there.
 */
export class LateLine {
  readonly #turns: Pick<Turns, "after">;
  readonly #waiting = new Map<Traveller, Timer>();

  constructor(turns: Pick<Turns, "after">) {
    this.#turns = turns;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Lets one wait; with too many, it is refused. */
  join(request: Traveller): void {
    if (this.#waiting.size >= waitingMax) return turnAway(request, tooMany);
    const late = this.#turns.after(waitNsMax, () => {
      this.#waiting.delete(request);
      turnAway(request, inVain);
    });
    this.#waiting.set(request, late);
    request.whenGone(() => {
      if (this.#waiting.delete(request)) late.cancel();
    });
  }

  /** Takes on those for whom `take` says that it did. */
  release(take: (request: Traveller) => boolean): void {
    for (const [request, late] of this.#waiting) {
      // Whoever takes it is told when it is gone, and the line no more.
      if (!take(request)) continue;
      this.#waiting.delete(request);
      late.cancel();
    }
  }
}

type Reason = Pick<Refusal, "reason" | "why">;

const tooMany: Reason = { reason: "line-full", why: "as many requests wait as may" };
const inVain: Reason = { reason: "waited", why: "nobody came in time who could answer" };

function turnAway(request: Traveller, reason: Reason): void {
  refuse(request, { status: 503, ...reason, retryAfterNs });
}
