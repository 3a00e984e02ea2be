import {
  GradientLimiter,
  lineNumbers,
  type LineView,
  type Verdict,
  Admission,
} from "#pool/scale/admission";
import { type Finding, FindingLog } from "#pool/scale/finding";
import { LoadMeter } from "#pool/scale/measure";
import { IdleTime, LoadScaler, type ReplicaBounds } from "#pool/scale/replicas";
import type { Policy, ServiceView } from "./policy.ts";

const second = 1e9;
/** How long a call is believed to take before any was answered. */
const tookNsGuess = 0.1 * second;

/** The controllers of `pool/scale` put together, as ingress and control do. */
export class FeedbackPolicy implements Policy {
  readonly tickNs: number = 0.25 * second;
  readonly log: FindingLog = new FindingLog(16);
  readonly #bounds: ReplicaBounds;
  readonly #meter: LoadMeter;
  readonly #scaler: LoadScaler;
  readonly #limiter: GradientLimiter;
  readonly #admission: Admission;
  readonly #idle: IdleTime;
  #calledNs = 0;
  #cpuNs = 0;

  constructor(bounds: ReplicaBounds, keepNs: number) {
    this.#bounds = bounds;
    this.#meter = new LoadMeter(0);
    this.#scaler = new LoadScaler(bounds, 0);
    this.#limiter = new GradientLimiter(0, bounds.atOnceMax);
    this.#admission = new Admission(0, lineNumbers);
    this.#idle = new IdleTime({
      keepNsMin: second,
      keepNsMax: keepNs,
      keepNsDefault: keepNs,
      prewarmNsMin: Infinity,
    });
  }

  arrived(
    nowNs: number,
    view: ServiceView,
    caller: { readonly patienceNs: number; readonly chance: number },
  ): Verdict {
    if (view.inFlightCount + view.waitingCount === 0) this.#idle.called(nowNs - this.#calledNs);
    this.#calledNs = nowNs;
    this.#meter.arrived();
    return this.#admission.arrived(nowNs, { ...this.#lineView(view), ...caller });
  }

  limit(view: ServiceView): number {
    if (view.readyCount === 0) return 0;
    this.#limiter.resize(view.readyCount);
    return this.#limiter.limit;
  }

  began(nowNs: number): void {
    this.#meter.began(nowNs);
  }

  ended(tookNs: number, nowNs: number, view: ServiceView): void {
    this.#meter.ended(tookNs, nowNs);
    this.#limiter.answered(tookNs, view.inFlightCount, nowNs);
    this.#calledNs = nowNs;
    this.log.note(this.#limiter.finding);
  }

  step(nowNs: number, view: ServiceView): number {
    const cpuNs = view.cpuNs - this.#cpuNs;
    this.#cpuNs = view.cpuNs;
    const keep = this.#idle.decide(nowNs);
    const isBusy = view.inFlightCount + view.waitingCount > 0;
    const idleNs = isBusy ? 0 : nowNs - this.#calledNs;
    const sample = this.#meter.take(nowNs, cpuNs);
    const decision = this.#scaler.step(nowNs, sample, { ...view, idleNs, keepNs: keep.keepNs });
    this.log.note(keep.finding);
    this.log.note(decision.finding);
    if (this.#admission.finding !== undefined) this.log.note(this.#admission.finding);
    return decision.wantedCount;
  }

  findings(): readonly Finding[] {
    return this.log.entries().map(({ finding }) => finding);
  }

  #lineView(view: ServiceView): Omit<LineView, "patienceNs" | "chance"> {
    const limit = this.limit(view);
    const each =
      view.readyCount > 0 ? limit / view.readyCount : Math.min(4, this.#bounds.atOnceMax);
    const tookNs = this.#limiter.baselineNs ?? tookNsGuess;
    return {
      ...view,
      limit,
      isLimitKnown: this.#limiter.isKnown,
      tookNs,
      freedEveryNs: tookNs / limit,
      startingLimit: Math.floor(each * view.startingCount),
    };
  }
}
