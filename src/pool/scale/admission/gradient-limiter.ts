import type { Finding, Reason } from "#pool/scale/finding";
import { Baseline } from "#pool/scale/measure";
import { type LimitNumbers, limitNumbers } from "./limit-numbers.ts";
import { RestProbe } from "./rest-probe.ts";
import { SlownessProbe } from "./slowness-probe.ts";

/** Below this the limit does not follow one window: a single slow one is no queue. */
const gradientMin = 0.5;
const smoothingOfTimes = 0.4;
/** While rest is measured: one call for each processor, or this part of the limit. */
const restingPart = 0.25;
/** The first answers of many that began together are the fastest: only then nothing is learnt. */
const answersSkipped = 3;

/**
 * How many calls to one spec may be in flight, all its instances together, learnt from how long
 * they take: Gradient2 of Netflix (github.com/Netflix/concurrency-limits, Gradient2Limit). When
 * answers take longer than at the baseline, the limit falls by that ratio; else it grows by about
 * its root. It differs in this:
 *
 * - It is for so many processors, one for each instance or fewer, and changes with them at once.
 * - Times are geometric means, so that services whose times scatter by decades keep their limit.
 * - Gradient2's long average learns from the overload itself, and its limit creeps up for as long
 *   as that lasts. Here the baseline rises only while the limit holds nobody back. Whether answers
 *   are slower by themselves (a slow dependency) is told by `SlownessProbe`; and while the limit
 *   does hold callers back, `RestProbe` measures the baseline anew every half minute.
 *
 * An answer is its first byte: a call that streams for an hour, or becomes a WebSocket, says
 * nothing of a queue after that, and is in flight no longer.
 */
export class GradientLimiter {
  readonly #numbers: LimitNumbers;
  readonly #mostEach: number;
  readonly #baseline = new Baseline();
  readonly #slowness = new SlownessProbe();
  readonly #rest: RestProbe;
  #readyCount = 1;
  #coreCount = 1;
  #limit: number;
  #logNs: number | undefined;
  #windowStartNs: number;
  #answers = 0;
  #logNsSum = 0;
  #inFlightMost = 0;
  #skipped = 0;
  #wasSlow = false;
  #answeredCount = 0;
  #finding: Finding;

  /** `mostEach`: how many calls an instance takes at once, if that is known. */
  constructor(nowNs: number, mostEach: number = Infinity, numbers: LimitNumbers = limitNumbers) {
    this.#numbers = numbers;
    this.#mostEach = mostEach;
    this.#limit = Math.min(numbers.startEach, mostEach);
    this.#windowStartNs = nowNs;
    this.#rest = new RestProbe(nowNs, numbers.restEveryNs);
    this.#finding = this.#find(nowNs, "limit-unused");
  }

  /** Whole calls; at least one. */
  get limit(): number {
    return this.#rest.isMeasuring ? this.#restingLimit : Math.max(1, Math.floor(this.#limit));
  }

  /** Whether it is learnt already, from slow answers or many, or cannot be higher. */
  get isKnown(): boolean {
    const isAtMost = this.#limit >= this.#mostEach * this.#readyCount;
    return isAtMost || this.#wasSlow || this.#answeredCount >= this.#numbers.learntAnswers;
  }

  get #restingLimit(): number {
    return Math.ceil(Math.max(this.#coreCount, this.#limit * restingPart));
  }

  /** How long a call takes when nothing queues; `undefined` before anything was answered. */
  get baselineNs(): number | undefined {
    return this.#baseline.ns;
  }

  get finding(): Finding {
    return this.#finding;
  }

  /**
   * More processors take more calls: the limit changes with them, by the same part. Each instance
   * has one, unless it is said that they share fewer; then more instances mean more only as long as
   * nothing was learnt.
   */
  resize(readyCount: number, coreCount: number = readyCount): void {
    const [ready, cores] = [Math.max(1, readyCount), Math.max(1, coreCount)];
    if (ready === this.#readyCount && cores === this.#coreCount) return;
    const part = this.#baseline.isKnown ? cores / this.#coreCount : ready / this.#readyCount;
    this.#readyCount = ready;
    this.#coreCount = cores;
    this.#limit = this.#bounded(this.#limit * part);
  }

  /** An instance has answered after `tookNs`; `inFlight` were in instances, this one among them. */
  answered(tookNs: number, inFlight: number, nowNs: number): void {
    this.#answeredCount += 1;
    this.#inFlightMost = Math.max(this.#inFlightMost, inFlight);
    if (this.#skipped < answersSkipped * this.#inFlightMost) {
      this.#skipped += 1;
      if (!this.#baseline.isKnown) return;
    }
    const logNs = Math.log(Math.max(1, tookNs));
    if (this.#rest.isMeasuring) {
      const rest = this.#rest.answered(logNs, { beganNs: nowNs - tookNs, nowNs });
      if (rest !== undefined) this.#baseline.accept(rest);
      if (this.#rest.isMeasuring) return;
    }
    this.#answers += 1;
    this.#logNsSum += logNs;
    const { windowAnswers, windowNs } = this.#numbers;
    if (this.#answers >= windowAnswers && nowNs - this.#windowStartNs >= windowNs) {
      this.#endWindow(nowNs);
    }
  }

  #endWindow(nowNs: number): void {
    const seen = this.#logNsSum / this.#answers;
    const before = this.#logNs ?? seen;
    this.#logNs = before + smoothingOfTimes * (seen - before);
    const isHolding = this.#inFlightMost >= this.limit;
    const why = this.#judge(this.#logNs, isHolding);
    this.#finding = this.#find(nowNs, why);
    this.#rest.windowEnded(isHolding, this.#restingLimit, nowNs);
    this.#answers = 0;
    this.#logNsSum = 0;
    this.#inFlightMost = 0;
    this.#windowStartNs = nowNs;
  }

  #judge(logNs: number, isHolding: boolean): Reason {
    const { tolerance } = this.#numbers;
    const slowdown = this.#baseline.slowdown(logNs);
    this.#baseline.see(logNs, { mayRise: !isHolding && slowdown <= tolerance });
    if (slowdown > tolerance) {
      this.#wasSlow = true;
      if (this.#isSlowByItself(logNs)) return "slower-by-itself";
    } else {
      this.#slowness.forget();
    }
    if (this.#inFlightMost < this.#limit / 2) return "limit-unused";
    return this.#move(slowdown);
  }

  #isSlowByItself(logNs: number): boolean {
    const alone = this.#slowness.seen({
      load: this.#inFlightMost / this.#coreCount,
      tookNs: Math.exp(logNs),
      turnover: this.#answers / this.#inFlightMost,
    });
    if (alone === undefined || alone <= (this.#baseline.ns ?? 0)) return false;
    this.#baseline.accept(Math.log(alone));
    // What is too many has to be found out anew.
    this.#wasSlow = false;
    return true;
  }

  #move(slowdown: number): Reason {
    const { tolerance, smoothing } = this.#numbers;
    const before = this.#limit;
    const gradient = Math.min(1, Math.max(gradientMin, tolerance / slowdown));
    const wanted = before * gradient + Math.sqrt(before);
    // What is too many is not known until answers were slow once: until then it doubles,
    // as TCP, with each round of answers.
    const rounds = Math.min(1, this.#answers / this.#inFlightMost);
    const next = this.#wasSlow ? before + smoothing * (wanted - before) : before * (1 + rounds);
    this.#limit = this.#bounded(next);
    return this.#limit < before ? "limit-fell" : "limit-grew";
  }

  #bounded(limit: number): number {
    const least = Math.min(this.#numbers.minEach, this.#mostEach) * this.#coreCount;
    return Math.min(this.#mostEach * this.#readyCount, Math.max(least, limit));
  }

  #find(atNs: number, why: Reason): Finding {
    const saw =
      this.#logNs === undefined
        ? {}
        : {
            tookMs: Math.exp(this.#logNs) / 1e6,
            atRestMs: (this.#baseline.ns ?? 0) / 1e6,
            inFlightCount: this.#inFlightMost,
            readyCount: this.#readyCount,
          };
    const decided = this.limit === 1 ? "1 call in flight" : `${this.limit} calls in flight`;
    return { atNs, by: "limit", saw, decided, why };
  }
}
