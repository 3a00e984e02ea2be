import type { Verdict } from "#pool/scale/admission";
import type { Finding } from "#pool/scale/finding";
import type { ReplicaBounds } from "#pool/scale/replicas";
import type { Policy, ServiceView } from "./policy.ts";

const second = 1e9;
const windowSeconds = { stable: 60, panic: 6 } as const;
const targetPart = 0.7;

/**
 * The model that is compared with: Knative's autoscaler with its default numbers, told how many
 * calls an instance takes at once. Calls in flight and waiting are looked at once a second; every
 * two seconds their means over 60 s and 6 s are divided by 70 % of what an instance takes. Callers
 * wait without bound until they give up, as behind its activator.
 */
export class KnativePolicy implements Policy {
  readonly tickNs: number = second;
  readonly #bounds: ReplicaBounds;
  readonly #keepNs: number;
  readonly #looks: number[] = [];
  #ticks = 0;
  #panicNs = -Infinity;
  #panicCount = 0;
  #wanted = 0;
  #calledNs = 0;

  constructor(bounds: ReplicaBounds, keepNs: number) {
    this.#bounds = bounds;
    this.#keepNs = keepNs;
    this.#wanted = bounds.min;
  }

  arrived(nowNs: number, view: ServiceView): Verdict {
    this.#calledNs = nowNs;
    const isFree = view.waitingCount === 0 && view.inFlightCount < this.limit(view);
    return isFree ? { kind: "admit" } : { kind: "wait", atMostNs: Infinity };
  }

  limit(view: ServiceView): number {
    return view.readyCount * this.#bounds.atOnceMax;
  }

  began(): void {}

  ended(_tookNs: number, nowNs: number): void {
    this.#calledNs = nowNs;
  }

  step(nowNs: number, view: ServiceView): number {
    this.#look(view.inFlightCount + view.waitingCount);
    const isSummoned = view.readyCount + view.startingCount === 0 && view.waitingCount > 0;
    if (this.#ticks % 2 !== 0 && !isSummoned) return this.#wanted;
    const target = this.#bounds.atOnceMax * targetPart;
    const ready = Math.max(1, view.readyCount);
    const needed = (seconds: number): number =>
      Math.min(
        ready * 1000,
        Math.max(Math.floor(ready / 2), Math.ceil(this.#mean(seconds) / target)),
      );
    const stable = needed(windowSeconds.stable);
    const panic = needed(windowSeconds.panic);
    if (panic / ready >= 2) this.#panicNs = nowNs;
    const isPanicking = nowNs - this.#panicNs < windowSeconds.stable * second;
    if (!isPanicking) this.#panicCount = 0;
    else this.#panicCount = Math.max(this.#panicCount, stable, panic, view.readyCount);
    const count = isPanicking ? this.#panicCount : stable;
    this.#wanted = Math.min(this.#bounds.max, Math.max(this.#least(nowNs, view), count));
    return this.#wanted;
  }

  findings(): readonly Finding[] {
    return [];
  }

  #look(count: number): void {
    this.#ticks += 1;
    this.#looks.push(count);
    if (this.#looks.length > windowSeconds.stable) this.#looks.shift();
  }

  #mean(seconds: number): number {
    const looks = this.#looks.slice(-seconds);
    return looks.reduce((sum, count) => sum + count, 0) / looks.length;
  }

  #least(nowNs: number, view: ServiceView): number {
    const isBusy = view.inFlightCount + view.waitingCount > 0;
    const isKept = isBusy || nowNs - this.#calledNs < this.#keepNs;
    return Math.max(this.#bounds.min, isKept && this.#calledNs > 0 ? 1 : 0);
  }
}
