import type { Finding, Reason } from "#pool/scale/finding";

const second = 1e9;

/** What a line of callers is bounded by. */
export interface LineNumbers {
  readonly waitingMax: number;
  /** The longest that anybody waits, for an instance that starts, say. */
  readonly waitNsMax: number;
  /** When the line has not been empty for so long, it stands: only short waits are let in. */
  readonly standsNs: number;
  /** For so long after somebody was refused for that, it stands as soon as there is a line. */
  readonly relapseNs: number;
  readonly standingWaitNsMax: number;
  /** What is short for long calls is long for short ones: so many times a call, or the least. */
  readonly standingWaitCalls: number;
  readonly standingWaitNsMin: number;
  readonly retryAfterMsMin: number;
  readonly retryAfterMsMax: number;
}

export const lineNumbers: LineNumbers = {
  waitingMax: 1000,
  waitNsMax: 10 * second,
  standsNs: 0.1 * second,
  relapseNs: 0,
  standingWaitNsMax: 0.05 * second,
  standingWaitCalls: 20,
  standingWaitNsMin: 0.005 * second,
  retryAfterMsMin: 1000,
  retryAfterMsMax: 30_000,
};

/** What a caller meets. */
export interface LineView {
  readonly waitingCount: number;
  readonly inFlightCount: number;
  /** How many may be in flight now; 0 while no instance is ready. */
  readonly limit: number;
  /** Whether it is known what is too many. Until it is, the limit grows fast. */
  readonly isLimitKnown: boolean;
  /** How long a call takes in an instance where nothing queues. */
  readonly tookNs: number;
  /** How often a place becomes free while all are taken: by Little's law `tookNs / limit`. */
  readonly freedEveryNs: number;
  /** How many more may be in flight once the instances that start are ready, and in how long. */
  readonly startingLimit: number;
  readonly startsInNs: number;
  /** How long this caller has, its service included. */
  readonly patienceNs: number;
  /** From 0 up to 1: callers that are refused together are not to come back together. */
  readonly chance: number;
}

export type Verdict =
  | { readonly kind: "admit" }
  | { readonly kind: "wait"; readonly atMostNs: number }
  | Refused;

/** Somebody is told to come later. */
export interface Refused {
  readonly kind: "refuse";
  readonly why: Extract<Reason, "line-full" | "no-time" | "line-stands">;
  readonly retryAfterMs: number;
}

const admit: Verdict = { kind: "admit" };

/**
 * Who may go in, who waits and for how long, and who is better told at once to come later. The line
 * is bounded by its length and by time: who would not be served in time is refused when it comes
 * and not when it has waited. A line that has not been empty for a while is not a burst, it stands:
 * then waiting only makes everybody late, and the wait that is let in gets short (the rule of
 * CoDel, Nichols and Jacobson 2012, as Maurer puts it for servers in "Fail at Scale", ACM Queue
 * 2015). While instances start, or the limit is still being found, a line is what it is for, and
 * does not stand.
 */
export class Admission {
  numbers: LineNumbers;
  #emptyNs: number;
  #stoodNs = -Infinity;
  #refusedCount = 0;
  #finding: Finding | undefined;

  constructor(nowNs: number, numbers: LineNumbers = lineNumbers) {
    this.numbers = numbers;
    this.#emptyNs = nowNs;
  }

  /** The last refusal and how many there were; `undefined` while nobody was refused. */
  get finding(): Finding | undefined {
    return this.#finding;
  }

  arrived(nowNs: number, view: LineView): Verdict {
    const { waitingCount, inFlightCount, limit } = view;
    if (waitingCount === 0) this.#emptyNs = nowNs;
    if (waitingCount === 0 && inFlightCount < limit) return admit;
    const { waitingMax, waitNsMax, standsNs, relapseNs } = this.numbers;
    if (waitingCount >= waitingMax) return this.#refuse(nowNs, view, "line-full");
    const waitNs = expectedWaitNs(view);
    const leftNs = Math.min(waitNsMax, view.patienceNs - view.tookNs);
    if (waitNs > leftNs) return this.#refuse(nowNs, view, "no-time");
    const isRelapse = nowNs - this.#stoodNs < relapseNs;
    const isStanding = isRelapse || nowNs - this.#emptyNs > standsNs;
    if (
      isStanding &&
      view.isLimitKnown &&
      view.startingLimit === 0 &&
      waitNs > this.#shortNs(view)
    ) {
      this.#stoodNs = nowNs;
      return this.#refuse(nowNs, view, "line-stands");
    }
    return { kind: "wait", atMostNs: leftNs };
  }

  #shortNs({ tookNs }: LineView): number {
    const { standingWaitNsMin, standingWaitNsMax, standingWaitCalls } = this.numbers;
    return Math.min(standingWaitNsMax, Math.max(standingWaitNsMin, standingWaitCalls * tookNs));
  }

  #refuse(nowNs: number, view: LineView, why: Refused["why"]): Refused {
    const { retryAfterMsMin, retryAfterMsMax } = this.numbers;
    this.#refusedCount += 1;
    const waitNs = expectedWaitNs(view);
    // The line as it is must be gone first, and spread over as long again.
    const spreadMs = Math.max(retryAfterMsMin, (2 * waitNs) / 1e6);
    const retryAfterMs = Math.round(Math.min(retryAfterMsMax, spreadMs * (1 + view.chance)));
    const { waitingCount, inFlightCount, limit } = view;
    const waitMs = Number.isFinite(waitNs) ? { waitMs: waitNs / 1e6 } : {};
    this.#finding = {
      atNs: nowNs,
      by: "line",
      saw: { waitingCount, inFlightCount, limit, ...waitMs, refusedCount: this.#refusedCount },
      decided: "callers are refused",
      why,
    };
    return { kind: "refuse", why, retryAfterMs };
  }
}

/**
 * How long one who joins the line now will wait. Those before it leave at the rate at which places
 * become free.
 */
function expectedWaitNs(view: LineView): number {
  const { waitingCount, inFlightCount, limit, freedEveryNs, startingLimit, startsInNs } = view;
  // Those who start the first instances know how many callers wait, and start as many as it takes.
  if (limit === 0) return startsInNs;
  const before = waitingCount + Math.max(0, inFlightCount - limit) + 1;
  const aloneNs = before * freedEveryNs;
  if (startingLimit === 0) return aloneNs;
  const servedFirst = startsInNs / freedEveryNs;
  const leftOver = Math.max(0, before - servedFirst - startingLimit);
  return Math.min(
    aloneNs,
    startsInNs + (leftOver * freedEveryNs * limit) / (limit + startingLimit),
  );
}
