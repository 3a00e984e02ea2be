import type { Reason } from "#pool/scale/finding";
import { RateWindow } from "#pool/scale/measure";
import type { ReplicaDecision } from "./load-scaler.ts";
import { type Instances, type ReplicaBounds, type ScaleNumbers, scaleNumbers } from "./numbers.ts";
import { ShrinkDelay } from "./shrink-delay.ts";

const second = 1e9;
/** How far what a step shows of the capacity is believed. */
const trust = 0.2;
/** None may be done for so many times as long as one takes, by chance. */
const slack = 3;
/** Consumers need no room for chance, since messages can wait; a little is left to catch up. */
const utilisation = 0.9;
/** A message that has waited too long counts for so many times the instances at most. */
const urgencyMax = 2;

/** A queue and its consumers, since the last step and now. */
export interface BacklogView extends Instances {
  readonly spanNs: number;
  readonly arrivedCount: number;
  readonly doneCount: number;
  /** Messages that no consumer has. */
  readonly waitingCount: number;
  readonly oldestNs: number;
  /** Consumers that work, multiplied by how long they did. */
  readonly busyNs: number;
  readonly idleNs: number;
  readonly keepNs: number;
}

/**
 * How many consumers a queue needs: as many as keep up with what arrives, and have what waits gone
 * within the drain time. What one does is learnt from those that work. The idea of queue-based
 * scaling by the backlog for each instance (AWS, "Scaling based on Amazon SQS": acceptable latency
 * divided by the time for a message), with the rate of arrival added, so that a queue that is short
 * but filling is not met too late.
 */
export class BacklogScaler {
  readonly #bounds: ReplicaBounds;
  readonly #numbers: ScaleNumbers;
  readonly #arrivals: RateWindow;
  readonly #shrink: ShrinkDelay;
  #doneCount = 0;
  #busyNs = 0;
  #perSecond: number | undefined;

  constructor(bounds: ReplicaBounds, nowNs: number, numbers: ScaleNumbers = scaleNumbers) {
    this.#bounds = bounds;
    this.#numbers = numbers;
    this.#arrivals = new RateWindow(nowNs, numbers.stableNs);
    this.#shrink = new ShrinkDelay(numbers.downDelayNs);
  }

  /** Messages a second that a working consumer does; `undefined` before any was done. */
  get perInstancePerSecond(): number | undefined {
    return this.#perSecond;
  }

  step(nowNs: number, view: BacklogView): ReplicaDecision {
    this.#arrivals.add(view.arrivedCount, nowNs - view.spanNs, nowNs);
    this.#learn(view);
    const { drainNs, panicNs, shortestNs } = this.#numbers;
    const window = { leastNs: shortestNs, mostNs: panicNs };
    const arriving = this.#arrivals.surePerSecond(window, nowNs);
    const each = this.#believed();
    const draining = (view.waitingCount * second) / drainNs;
    const urgency = Math.min(urgencyMax, Math.max(1, view.oldestNs / drainNs));
    const isOld = urgency > 1 && view.waitingCount > 0;
    const need = ((arriving + draining) / (each * utilisation)) * (isOld ? urgency : 1);
    const [wantedCount, why] = this.#choose(nowNs, need, { ...view, isOld });
    const saw = {
      waitingCount: view.waitingCount,
      oldestMs: view.oldestNs / 1e6,
      arrivingPerSecond: arriving,
      eachPerSecond: each,
      readyCount: view.readyCount,
    };
    const decided = wantedCount === 1 ? "1 consumer" : `${wantedCount} consumers`;
    return { wantedCount, finding: { atNs: nowNs, by: "backlog", saw, decided, why } };
  }

  #choose(
    nowNs: number,
    need: number,
    view: BacklogView & { readonly isOld: boolean },
  ): readonly [number, Reason] {
    const { min, max } = this.#bounds;
    const plannedCount = view.readyCount + view.startingCount;
    const enough = this.#shrink.enough(Math.ceil(need * (1 + this.#numbers.tolerance)), nowNs);
    const isEmpty = view.waitingCount === 0 && view.busyNs === 0;
    const [count, why] = ((): readonly [number, Reason] => {
      if (isEmpty && view.idleNs >= view.keepNs) return [0, "backlog-empty"];
      const wanted = Math.max(need > 0 || plannedCount > 0 ? 1 : 0, Math.ceil(need));
      if (wanted > plannedCount) return [wanted, view.isOld ? "age" : "backlog"];
      if (enough < plannedCount) return [Math.max(1, enough), "load-fell"];
      return [plannedCount, "steady"];
    })();
    const wantedCount = Math.min(max, Math.max(min, count));
    if (wantedCount === count) return [count, why];
    return [wantedCount, wantedCount === max ? "most" : "least"];
  }

  /** What one does a second, from the time that consumers spent for each message done. */
  #learn(view: BacklogView): void {
    this.#doneCount += view.doneCount;
    this.#busyNs += view.busyNs;
    if (this.#doneCount === 0) return;
    const did = (this.#doneCount * second) / Math.max(1, this.#busyNs);
    const known = this.#perSecond ?? did;
    this.#perSecond = known + trust * (did - known);
    this.#doneCount = 0;
    this.#busyNs = 0;
  }

  /** Where none is done for long, messages take longer than is known, or than was guessed. */
  #believed(): number {
    const most = this.#busyNs === 0 ? Infinity : (slack * second) / this.#busyNs;
    return Math.min(this.#perSecond ?? this.#bounds.atOnceMax, most);
  }
}
