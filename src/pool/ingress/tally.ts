import { Histogram } from "#core/base";
import type { Outcome } from "./visit.ts";

/** What an endpoint did since it was opened. */
export class Tally {
  arrived = 0;
  /** Answers by the first digit of their status. */
  readonly answered: Map<number, number> = new Map<number, number>();
  refused = 0;
  failed = 0;
  gone = 0;
  instancesStarted = 0;
  instancesFailed = 0;
  /** Seconds from arrival to the end of the answer. */
  readonly durations: Histogram = new Histogram();
  /** Seconds from the start of an instance until it asked for its first request. */
  readonly summons: Histogram = new Histogram();

  summoned(ns: number): void {
    this.instancesStarted += 1;
    this.summons.record(ns / 1e9);
  }

  over(outcome: Outcome, ns: number): void {
    this.durations.record(ns / 1e9);
    switch (outcome.kind) {
      case "answered": {
        const digit = Math.floor(outcome.status / 100);
        this.answered.set(digit, (this.answered.get(digit) ?? 0) + 1);
        return;
      }
      case "refused":
        this.refused += 1;
        return;
      case "failed":
        this.failed += 1;
        return;
      case "gone":
        this.gone += 1;
        return;
    }
  }
}
