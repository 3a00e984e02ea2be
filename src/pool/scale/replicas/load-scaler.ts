import { assert } from "#core/base";
import type { Finding, Reason } from "#pool/scale/finding";
import { type LoadSample, RateWindow } from "#pool/scale/measure";
import { type Instances, type ReplicaBounds, type ScaleNumbers, scaleNumbers } from "./numbers.ts";
import { ShrinkDelay } from "./shrink-delay.ts";
import { Staffing } from "./staffing.ts";

const second = 1e9;

/** How many instances there are to be, and why. */
export interface ReplicaDecision {
  readonly wantedCount: number;
  readonly finding: Finding;
}

/** What a step of the controller looks at, beside the sample. */
export interface LoadView extends Instances {
  readonly waitingCount: number;
  /** How long ago the last call came, and how long instances are kept without one. */
  readonly idleNs: number;
  readonly keepNs: number;
}

/** What the moment and the whole window need. */
interface Need {
  readonly callsPerSecond: number;
  readonly nowCount: number;
  readonly stableCount: number;
}

/**
 * How many instances a spec needs, from the calls that come, how many are in flight, and how long
 * they take: the autoscaler of Knative (github.com/knative/serving, pkg/autoscaler/scaling), with
 * its two windows, panic, and bounds on the rates, and with these differences.
 *
 * - Knative divides the calls in flight by a target that somebody has set. Calls in flight pile up
 *   in a queue, so a step of the load makes it start many times what is needed. Here the rate of
 *   calls, those refused among them, is divided by what an instance can do, which is learnt.
 * - The short window is as short as it can be and still tell a change from chance. What is needed
 *   by it is started at once; panic only decides whether any may be ended.
 * - Small changes are not made, and fewer instances must have been enough for a while.
 */
export class LoadScaler {
  readonly #numbers: ScaleNumbers;
  readonly #arrivals: RateWindow;
  readonly #staffing: Staffing;
  readonly #shrink: ShrinkDelay;
  #bounds: ReplicaBounds;
  #panicNs = -Infinity;
  #callsPerSecond = 0;

  constructor(bounds: ReplicaBounds, nowNs: number, numbers: ScaleNumbers = scaleNumbers) {
    assert(bounds.min >= 0 && bounds.max >= Math.max(1, bounds.min), "bounds leave a choice");
    this.#bounds = bounds;
    this.#numbers = numbers;
    this.#arrivals = new RateWindow(nowNs, numbers.stableNs);
    this.#staffing = new Staffing(bounds.atOnceMax);
    this.#shrink = new ShrinkDelay(numbers.downDelayNs);
  }

  /** Others from the next step on. */
  set bounds(bounds: ReplicaBounds) {
    this.#bounds = bounds;
    this.#staffing.atOnceMax = bounds.atOnceMax;
  }

  /** Which part of a processor the calls of the moment take. */
  get wantedCore(): number {
    return this.#staffing.coreFor(this.#callsPerSecond);
  }

  /** As `Staffing.usefulCount`. */
  usefulCount(core: number): number {
    return this.#staffing.usefulCount(core);
  }

  /** Takes what happened since the last step; may be called at any time, also between two ticks. */
  step(nowNs: number, sample: LoadSample, view: LoadView): ReplicaDecision {
    this.#arrivals.add(sample.arrivedCount, nowNs - sample.spanNs, nowNs);
    this.#staffing.learn(sample);
    const need = this.#need(nowNs, view);
    const [wantedCount, why] = this.#bound(this.#choose(nowNs, need, view), view);
    const saw = {
      callsPerSecond: need.callsPerSecond,
      eachPerSecond: this.#staffing.perInstance,
      slowdown: this.#staffing.slowdown,
      margin: this.#staffing.margin,
      waitingCount: view.waitingCount,
      readyCount: view.readyCount,
      startingCount: view.startingCount,
    };
    const decided = wantedCount === 1 ? "1 instance" : `${wantedCount} instances`;
    return { wantedCount, finding: { atNs: nowNs, by: "replicas", saw, decided, why } };
  }

  #need(nowNs: number, view: LoadView): Need {
    const { stableNs, panicNs, shortestNs, drainNs } = this.#numbers;
    const window = { leastNs: shortestNs, mostNs: panicNs };
    const callsPerSecond = this.#arrivals.surePerSecond(window, nowNs);
    const stable = Math.max(
      this.#arrivals.perSecond(stableNs, nowNs),
      this.#arrivals.perSecond(panicNs, nowNs),
    );
    // What is there for chance also serves to catch up with those who wait.
    const draining = callsPerSecond + (view.waitingCount * second) / drainNs;
    this.#callsPerSecond = callsPerSecond;
    const nowCount = this.#staffing.count(callsPerSecond);
    return {
      callsPerSecond,
      nowCount: Math.max(nowCount, draining / this.#staffing.perInstance),
      stableCount: this.#staffing.count(stable),
    };
  }

  #choose(nowNs: number, need: Need, view: LoadView): readonly [number, Reason] {
    const { panicThreshold, calmNs, tolerance } = this.#numbers;
    const plannedCount = view.readyCount + view.startingCount;
    const isPanic = need.nowCount >= panicThreshold * Math.max(1, view.readyCount);
    if (isPanic) this.#panicNs = nowNs;
    const grownCount = Math.ceil(need.nowCount);
    const isShort = plannedCount === 0 || need.nowCount > plannedCount * (1 + tolerance);
    const fewerCount = Math.ceil(Math.max(need.stableCount, need.nowCount) * (1 + tolerance / 2));
    const enoughCount = this.#shrink.enough(fewerCount, nowNs);
    const isUnused = plannedCount === 0 && need.nowCount === 0;
    const isIdle = isUnused || view.idleNs >= view.keepNs;
    if (view.waitingCount === 0 && isIdle) return [0, "idle"];
    if (isShort && grownCount > plannedCount) {
      return [Math.max(1, grownCount), isPanic ? "panic" : "load-grew"];
    }
    if (isPanic) return [plannedCount, "panic"];
    if (nowNs - this.#panicNs < calmNs) return [plannedCount, "calming"];
    if (enoughCount < plannedCount) return [Math.max(1, enoughCount), "load-fell"];
    return [Math.max(1, plannedCount), grownCount > plannedCount ? "within-tolerance" : "steady"];
  }

  #bound([count, why]: readonly [number, Reason], view: LoadView): readonly [number, Reason] {
    const { min, max } = this.#bounds;
    const { upRateMax, downRateMax } = this.#numbers;
    const plannedCount = view.readyCount + view.startingCount;
    const most = Math.ceil(Math.max(1, plannedCount) * upRateMax);
    const least = why === "idle" ? 0 : Math.floor(plannedCount / downRateMax);
    const rated = Math.min(most, Math.max(least, count));
    const wantedCount = Math.min(max, Math.max(min, rated));
    if (wantedCount === count) return [count, why];
    if (wantedCount !== rated) return [wantedCount, wantedCount === max ? "most" : "least"];
    return [wantedCount, rated < count ? "up-rate" : "down-rate"];
  }
}
