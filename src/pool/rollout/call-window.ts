import { Histogram, type HistogramView } from "#core/base";
import { noTraffic, type Traffic } from "#pool/traffic";
import type { CallCounts } from "#pool/scale/trial";

/** How often what an endpoint has done is noted, and how many notes are kept. */
const everyNs = 10e9;
const notesMax = 4;

/** Refusals for which a build is to blame: not those that say that there were too many calls. */
const blamed: ReadonlySet<string> = new Set([
  "timeout",
  "instance-ended",
  "waited",
  "not-starting",
]);

const none = countsOf(noTraffic);

/** What an endpoint did lately: of half a minute to forty seconds, as long as it was called. */
export class CallWindow {
  readonly #notes: { readonly atNs: number; readonly counts: CallCounts }[];

  /** Nothing was called until now. */
  constructor(nowNs: number) {
    this.#notes = [{ atNs: nowNs, counts: none }];
  }

  /** Looks only now and then: to be called often costs nothing. */
  note(nowNs: number, traffic: () => Traffic): void {
    const last = this.#notes.at(-1);
    if (last !== undefined && nowNs - last.atNs < everyNs) return;
    this.#notes.push({ atNs: nowNs, counts: countsOf(traffic()) });
    if (this.#notes.length > notesMax) this.#notes.shift();
  }

  /** From the oldest note until now; where nothing was called since, all that ever was. */
  counts(traffic: Traffic, nowNs: number): CallCounts {
    const now = countsOf(traffic);
    const [oldest] = this.#notes;
    const lately = oldest === undefined ? now : countsBetween(oldest.counts, now);
    // Whoever calls from now on calls more often than before.
    if (lately.calls === 0) return { ...now, perSecond: 0 };
    return { ...lately, perSecond: this.#mostPerSecond(now.calls, nowNs) };
  }

  /** Between two notes: somebody may have begun to call just now. */
  #mostPerSecond(calls: number, nowNs: number): number {
    let most = 0;
    let [later, laterNs] = [calls, nowNs];
    for (const { atNs, counts } of this.#notes.toReversed()) {
      const seconds = Math.max(1, (laterNs - atNs) / 1e9);
      most = Math.max(most, (later - counts.calls) / seconds);
      [later, laterNs] = [counts.calls, atNs];
    }
    return most;
  }
}

/** What became of all calls so far. */
export function countsOf({ answered, refused, failed, durationSeconds }: Traffic): CallCounts {
  let calls = failed;
  let failures = failed;
  for (const [kind, count] of Object.entries(answered)) {
    calls += count;
    if (kind === "5xx") failures += count;
  }
  for (const [reason, count] of Object.entries(refused)) {
    if (!blamed.has(reason)) continue;
    calls += count;
    failures += count;
  }
  return { calls, failures, seconds: durationSeconds };
}

/** What was added from one count to a later one of the same calls. */
export function countsBetween(before: CallCounts, after: CallCounts): CallCounts {
  return {
    calls: after.calls - before.calls,
    failures: after.failures - before.failures,
    seconds: addedSince(before.seconds, after.seconds),
  };
}

/** Buckets are the same in all histograms, and what was counted once stays counted. */
function addedSince(before: HistogramView, after: HistogramView): HistogramView {
  const { scale, offset, counts } = after;
  const count = after.count - before.count;
  if (count === 0) return new Histogram().view();
  return {
    scale,
    count,
    sum: after.sum - before.sum,
    zeros: after.zeros - before.zeros,
    offset,
    counts: counts.map((each, at) => each - (before.counts[at + offset - before.offset] ?? 0)),
    ...(after.min === undefined ? {} : { min: after.min }),
    ...(after.max === undefined ? {} : { max: after.max }),
  };
}
