import { Histogram } from "#core/base";
import type { RefusalReason, Traffic } from "#pool/traffic";
import type { Outcome } from "./visit.ts";

/** What came to an endpoint, and what became of it. */
export class Tally {
  arrived = 0;
  #failed = 0;
  #gone = 0;
  /** By the first digit of the status. */
  readonly #answered = new Map<number, number>();
  readonly #refused = new Map<RefusalReason, number>();
  readonly #durations = new Histogram();
  readonly #summons = new Histogram();

  get counts(): Omit<Traffic, "ready" | "starting" | "waiting" | "inFlight"> {
    return {
      arrived: this.arrived,
      answered: Object.fromEntries(
        [...this.#answered].map(([digit, count]) => [`${digit}xx`, count]),
      ),
      refused: Object.fromEntries(this.#refused),
      failed: this.#failed,
      gone: this.#gone,
      durationSeconds: this.#durations.view(),
      summonSeconds: this.#summons.view(),
    };
  }

  /** An instance has started, which took so long. */
  summoned(ns: number): void {
    this.#summons.record(ns / 1e9);
  }

  over(outcome: Outcome, ns: number): void {
    this.#durations.record(ns / 1e9);
    switch (outcome.kind) {
      case "answered":
        return countOne(this.#answered, Math.floor(outcome.status / 100));
      case "refused":
        return countOne(this.#refused, outcome.refusal.reason);
      case "failed":
        this.#failed += 1;
        return;
      case "gone":
        this.#gone += 1;
        return;
    }
  }
}

function countOne<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
