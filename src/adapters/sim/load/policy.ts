import type { Verdict } from "#pool/scale/admission";
import type { Finding } from "#pool/scale/finding";

/** The service as those see it who decide. */
export interface ServiceView {
  readonly readyCount: number;
  readonly startingCount: number;
  readonly waitingCount: number;
  readonly inFlightCount: number;
  /** Until the first of those that start is ready. */
  readonly startsInNs: number;
  /** What all instances have computed since the beginning. */
  readonly cpuNs: number;
}

/** A whole of controllers for one service: what the bench compares. */
export interface Policy {
  readonly tickNs: number;
  arrived(
    nowNs: number,
    view: ServiceView,
    caller: { readonly patienceNs: number; readonly chance: number },
  ): Verdict;
  /** How many calls may be in instances now. */
  limit(view: ServiceView): number;
  began(nowNs: number): void;
  ended(tookNs: number, nowNs: number, view: ServiceView): void;
  /** How many instances there are to be. */
  step(nowNs: number, view: ServiceView): number;
  /** The latest of each controller. */
  findings(): readonly Finding[];
}
