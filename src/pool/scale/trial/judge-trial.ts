import { Histogram, type HistogramView } from "#core/base";
import type { Finding } from "#pool/scale/finding";

/** What a build did with its calls in some time. */
export interface CallCounts {
  /** Calls that are over and were not given up by whoever made them. */
  readonly calls: number;
  /** Of those, how many a server is to blame for: 5xx, cut off, or never answered. */
  readonly failures: number;
  /** From arrival to the end of the answer. */
  readonly seconds: HistogramView;
  /** How many came in a second, where that is to be compared. */
  readonly perSecond?: number;
}

export interface TrialVerdict {
  readonly isWorse: boolean;
  readonly finding: Finding;
  /** The same for people, with figures. */
  readonly text: string;
}

/** Fewer calls of the new build say nothing of its failures. */
const callsMin = 10;
/** Fewer failures may be anything. */
const failuresMin = 3;
/** Fewer calls of either say nothing of how fast they are. */
const timedCallsMin = 50;

/** The part that fails may double, and be one in a hundred more. */
const failuresTimesMax = 2;
const failuresMore = 0.01;

/** Half of all, and nine of ten, may take twice as long, and 10 ms more. */
const quantiles = [0.5, 0.9] as const;
const secondsTimesMax = 2;
const secondsMore = 0.01;

/** What is called so many times as often has more to do than the one before, and takes longer. */
const busierTimes = 2;

/** Of a normal distribution, what 97.5 % of all is below: one in forty is worse by chance. */
const z = 1.96;

/** Judges a new build by what the one before did. */
export function judgeTrial(before: CallCounts, fresh: CallCounts, nowNs: number): TrialVerdict {
  const partBefore = partOf(before);
  const isSaying = fresh.calls >= callsMin && fresh.failures >= failuresMin;
  const isFailing = isSaying && leastPart(fresh) > failuresTimesMax * partBefore + failuresMore;
  if (isFailing) {
    const text = `${failed(fresh)}; of the build before, ${failed(before)}`;
    return verdict({ before, fresh, nowNs, why: "fails-more", text });
  }
  const isBusier = (fresh.perSecond ?? 0) > busierTimes * (before.perSecond ?? Infinity);
  const slower = isBusier ? undefined : quantiles.find((q) => isSlower(before, fresh, q));
  if (slower !== undefined) {
    const [was, is] = [secondsAt(before, slower), secondsAt(fresh, slower)];
    const text =
      `${slower * 100} % of ${fresh.calls} calls took up to ${ms(is)} ms; ` +
      `of the build before, ${ms(was)} ms`;
    return verdict({ before, fresh, nowNs, why: "slower", text });
  }
  const why = fresh.calls < callsMin ? "too-few-calls" : isBusier ? "busier" : "as-good";
  return verdict({ before, fresh, nowNs, why, text: failed(fresh) });
}

function verdict(found: {
  readonly before: CallCounts;
  readonly fresh: CallCounts;
  readonly nowNs: number;
  readonly why: "fails-more" | "slower" | "too-few-calls" | "busier" | "as-good";
  readonly text: string;
}): TrialVerdict {
  const { before, fresh, nowNs, why, text } = found;
  const isWorse = why === "fails-more" || why === "slower";
  const saw = {
    callsCount: fresh.calls,
    failuresCount: fresh.failures,
    callsBeforeCount: before.calls,
    failuresBeforeCount: before.failures,
    medianMs: 1000 * secondsAt(fresh, 0.5),
    medianBeforeMs: 1000 * secondsAt(before, 0.5),
  };
  const decided = isWorse ? "the build before" : "the new build";
  return { isWorse, text, finding: { atNs: nowNs, by: "trial", saw, decided, why } };
}

function isSlower(before: CallCounts, fresh: CallCounts, q: number): boolean {
  if (Math.min(before.seconds.count, fresh.seconds.count) < timedCallsMin) return false;
  return secondsAt(fresh, q) > secondsTimesMax * secondsAt(before, q) + secondsMore;
}

function secondsAt({ seconds }: CallCounts, q: number): number {
  return Histogram.of(seconds).quantile(q) ?? 0;
}

function partOf({ calls, failures }: CallCounts): number {
  return calls === 0 ? 0 : failures / calls;
}

/**
 * The least part of failures that so many calls speak for: the lower end of Wilson's interval. It
 * holds for few calls and for parts near 0 and 1 too.
 */
function leastPart(counts: CallCounts): number {
  const { calls } = counts;
  const part = partOf(counts);
  const spread = Math.sqrt((part * (1 - part)) / calls + (z * z) / (4 * calls * calls));
  return (part + (z * z) / (2 * calls) - z * spread) / (1 + (z * z) / calls);
}

function failed({ calls, failures }: CallCounts): string {
  return `${failures} of ${calls} calls failed`;
}

function ms(seconds: number): string {
  return String(Number((1000 * seconds).toPrecision(2)));
}
