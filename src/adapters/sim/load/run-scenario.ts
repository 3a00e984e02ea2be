import { SeededRandom } from "#core/base";
import { Agenda } from "./agenda.ts";
import { unit } from "./draw.ts";
import type { Policy } from "./policy.ts";
import { optimumCount, type Scenario } from "./scenario.ts";
import { type Outcome, SimulatedService } from "./simulated-service.ts";
import { type Moment, quantile, type Timeline } from "./timeline.ts";

const second = 1e9;
const looksPerSecond = 10;

/** Counts of one second while it runs. */
class Tally {
  offered = 0;
  readonly outcomes = { answered: 0, late: 0, refused: 0 };
  readonly tookMs: number[] = [];
  instances = 0;
}

/** Runs a scenario under a policy; the same seed gives the same callers at the same times. */
export function runScenario(scenario: Scenario, policy: Policy, seed: number): Timeline {
  return new Run(scenario, policy, seed).timeline();
}

class Run {
  readonly #scenario: Scenario;
  readonly #agenda = new Agenda();
  readonly #arrivals: SeededRandom;
  readonly #service: SimulatedService;
  readonly #tallies: readonly Tally[];

  constructor(scenario: Scenario, policy: Policy, seed: number) {
    this.#scenario = scenario;
    this.#arrivals = new SeededRandom(seed);
    this.#tallies = Array.from({ length: scenario.seconds }, () => new Tally());
    const random = new SeededRandom(seed + 1_000_000);
    this.#service = new SimulatedService(this.#agenda, { scenario, policy, random });
  }

  timeline(): Timeline {
    this.#arrive();
    this.#look();
    this.#agenda.runUntil(this.#scenario.seconds * second);
    return {
      moments: this.#tallies.map((tally, at) => this.#moment(tally, at)),
      tookMs: this.#tallies.map(({ tookMs }) => tookMs),
    };
  }

  /** A Poisson stream; its rate is looked at for each call, and ten times a second at least. */
  #arrive(): void {
    const rate = this.#scenario.rate(this.#agenda.nowNs / second);
    if (rate <= 0) {
      this.#agenda.after(second / looksPerSecond, () => this.#arrive());
      return;
    }
    // No longer than a look ahead: else a stream that is thin now would miss that it swells.
    const gapNs = (-Math.log(unit(this.#arrivals)) * second) / rate;
    const isNear = gapNs <= second / looksPerSecond;
    this.#agenda.after(Math.min(gapNs, second / looksPerSecond), () => {
      if (isNear) {
        this.#tally().offered += 1;
        this.#attempt(1);
      }
      this.#arrive();
    });
  }

  #attempt(attempt: number): void {
    const arrivedNs = this.#agenda.nowNs;
    const deadlineNs = arrivedNs + this.#scenario.patienceNs;
    const tally = this.#tally();
    let isOver = false;
    const done = (outcome: Outcome, retryAfterMs: number): void => {
      if (isOver) return;
      isOver = true;
      tally.outcomes[outcome] += 1;
      if (outcome === "answered") tally.tookMs.push((this.#agenda.nowNs - arrivedNs) / 1e6);
      else this.#retry(attempt, retryAfterMs);
    };
    // Who gets no answer in time gives up then, and not when the answer would have come.
    this.#agenda.after(this.#scenario.patienceNs + 1, () => done("late", 0));
    this.#service.call({ arrivedNs, deadlineNs, done });
  }

  #retry(attempt: number, retryAfterMs: number): void {
    const { retries } = this.#scenario;
    if (retries === undefined || attempt >= retries.attemptsMax) return;
    const told = retries.heedRetryAfter ? retryAfterMs * 1e6 : 0;
    this.#agenda.after(Math.max(told, retries.delayNs), () => this.#attempt(attempt + 1));
  }

  #look(): void {
    this.#tally().instances += this.#service.paidCount / looksPerSecond;
    this.#agenda.after(second / looksPerSecond, () => this.#look());
  }

  #tally(): Tally {
    const index = Math.min(Math.floor(this.#agenda.nowNs / second), this.#tallies.length - 1);
    return this.#tallies[index] ?? new Tally();
  }

  #moment(tally: Tally, at: number): Moment {
    return {
      second: at,
      offered: tally.offered,
      ...tally.outcomes,
      instances: tally.instances,
      optimum: optimumCount(this.#scenario, at + 0.5),
      p99Ms: quantile(tally.tookMs, 0.99),
    };
  }
}
