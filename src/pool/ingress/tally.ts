import { Histogram } from "#core/base";
import type { Fields } from "#core/host/traffic";
import type { ColdSeconds, RefusalReason, Traffic } from "#pool/traffic";
import { noFields, phasesOf, timingOf } from "./server-timing.ts";
import type { Outcome, Visit } from "./visit.ts";

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
  /** There may be ten thousand endpoints that nobody has called. */
  #cold: Readonly<Record<keyof ColdSeconds, Histogram>> | undefined = undefined;

  get counts(): Omit<Traffic, "ready" | "starting" | "waiting" | "inFlight"> {
    const { line, start, run } = this.#cold ?? {};
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
      ...(line && start && run
        ? { coldSeconds: { line: line.view(), start: start.view(), run: run.view() } }
        : {}),
    };
  }

  /** An instance has started, which took so long. */
  summoned(ns: number): void {
    this.#summons.record(ns / 1e9);
  }

  /** What the answer to a visit, which begins now, says of how it waited for an instance. */
  timing(visit: Visit, nowNs: number): Fields {
    const phases = phasesOf(visit, nowNs);
    if (phases === undefined) return noFields;
    this.#cold ??= { line: new Histogram(), start: new Histogram(), run: new Histogram() };
    this.#cold.line.record(phases.lineNs / 1e9);
    this.#cold.start.record(phases.startNs / 1e9);
    this.#cold.run.record(phases.runNs / 1e9);
    return timingOf(phases);
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
