import type { Finding, Reason } from "#pool/scale/finding";
import { GapHistogram } from "./gap-histogram.ts";

/** So many gaps are the least to learn from. */
const enoughGaps = 10;
/** Percentiles of the paper: the head is when to be ready again, the tail how long to stay. */
const head = 0.05;
const tail = 0.99;
/** So much earlier, and later. */
const margin = 0.1;
/** A histogram says something when its counts scatter so much around their mean. */
const scatterMin = 2;
/** When a smaller part of the gaps is as short as instances may be kept, none are kept. */
const worthwhilePart = 0.05;

/** What the manifest allows. */
export interface IdleBounds {
  readonly keepNsMin: number;
  readonly keepNsMax: number;
  /** As long as nothing is known. */
  readonly keepNsDefault: number;
  /** Where gaps are never shorter than this, an instance is ended, and started before the next. */
  readonly prewarmNsMin: number;
}

export interface IdleDecision {
  /** How long the last instance stays after the last call. */
  readonly keepNs: number;
  /** When to start one in advance, counted from the last call, and when to give that up. */
  readonly prewarm: { readonly fromNs: number; readonly untilNs: number } | undefined;
  readonly finding: Finding;
}

/**
 * How long the last instance of a spec stays without a call: the hybrid histogram policy of
 * Shahrad et al., "Serverless in the Wild" (USENIX ATC 2020), without its time-series forecast.
 * The histogram of gaps between calls is taken for what it says when it says something; the keep
 * alive is its tail. Its buckets grow with the gap, since a start here takes milliseconds and not
 * seconds, so that short gaps are worth telling apart.
 */
export class IdleTime {
  bounds: IdleBounds;
  readonly #gaps = new GapHistogram();

  constructor(bounds: IdleBounds) {
    this.bounds = bounds;
  }

  /** A call came, so long after the one before had been answered and nothing else was going on. */
  called(gapNs: number): void {
    this.#gaps.record(gapNs);
  }

  decide(nowNs: number): IdleDecision {
    const { keepNsMin, keepNsMax, prewarmNsMin } = this.bounds;
    const [why, learntNs] = this.#learnt();
    const headNs = this.#gaps.quantile(head, "lower") * (1 - margin);
    const untilNs = this.#gaps.quantile(tail, "upper") * (1 + margin);
    const isRegular = this.#isTelling() && headNs >= prewarmNsMin;
    const keepNs = isRegular ? keepNsMin : Math.min(keepNsMax, Math.max(keepNsMin, learntNs));
    const saw = { gapsCount: this.#gaps.count, tailMs: untilNs / 1e6, scatter: this.#gaps.scatter };
    return {
      keepNs,
      prewarm: isRegular ? { fromNs: headNs, untilNs } : undefined,
      finding: {
        atNs: nowNs,
        by: "idle",
        saw: this.#gaps.count === 0 ? {} : saw,
        decided: `instances are kept ${Math.round(keepNs / 1e6)} ms`,
        why: isRegular ? "gaps-regular" : why,
      },
    };
  }

  #learnt(): readonly [Reason, number] {
    const { keepNsMin, keepNsMax, keepNsDefault } = this.bounds;
    if (this.#gaps.count < enoughGaps) return ["too-few-gaps", keepNsDefault];
    if (this.#gaps.partUpTo(keepNsMax) < worthwhilePart) return ["gaps-too-long", keepNsMin];
    if (!this.#isTelling()) return ["gaps-scatter", keepNsDefault];
    return ["gaps-learnt", this.#gaps.quantile(tail, "upper") * (1 + margin)];
  }

  #isTelling(): boolean {
    return this.#gaps.count >= enoughGaps && this.#gaps.scatter >= scatterMin;
  }
}
