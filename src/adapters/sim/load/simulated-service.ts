import type { SeededRandom } from "#core/base";
import type { Agenda } from "./agenda.ts";
import { SimulatedInstance } from "./simulated-instance.ts";
import type { Policy, ServiceView } from "./policy.ts";
import type { Scenario } from "./scenario.ts";

/** How an attempt went. */
export type Outcome = "answered" | "late" | "refused";

/** One attempt of a caller. */
export interface Attempt {
  readonly arrivedNs: number;
  readonly deadlineNs: number;
  readonly done: (outcome: Outcome, retryAfterMs: number) => void;
}

interface Waiting extends Attempt {
  readonly untilNs: number;
}

/**
 * One service: a line of callers, instances that start and leave, and a policy that decides. A
 * caller that gives up is missed in the line, but not in an instance, which goes on computing for
 * nobody: that is what makes overload collapse.
 */
export class SimulatedService {
  readonly #agenda: Agenda;
  readonly #scenario: Scenario;
  readonly #policy: Policy;
  readonly #random: SeededRandom;
  readonly #instances: SimulatedInstance[] = [];
  readonly #starting: number[] = [];
  #line: Waiting[] = [];
  #inFlight = 0;
  readonly #cpu = { usedNs: 0 };

  constructor(
    agenda: Agenda,
    options: {
      readonly scenario: Scenario;
      readonly policy: Policy;
      readonly random: SeededRandom;
    },
  ) {
    this.#agenda = agenda;
    this.#scenario = options.scenario;
    this.#policy = options.policy;
    this.#random = options.random;
    for (let count = 0; count < options.scenario.min; count++) this.#addReady();
    this.#tick();
  }

  get view(): ServiceView {
    const now = this.#agenda.nowNs;
    return {
      readyCount: this.readyCount,
      startingCount: this.#starting.length,
      waitingCount: this.#line.length,
      inFlightCount: this.#inFlight,
      cpuNs: this.#cpu.usedNs,
      startsInNs: this.#starting.length === 0 ? 0 : Math.max(0, Math.min(...this.#starting) - now),
    };
  }

  get readyCount(): number {
    return this.#instances.length;
  }

  /** Instances that cost something: ready, on their way, or with calls to finish. */
  get paidCount(): number {
    return this.#instances.length + this.#starting.length;
  }

  call(attempt: Attempt): void {
    const now = this.#agenda.nowNs;
    const patienceNs = attempt.deadlineNs - now;
    const chance = this.#random.next() / 2 ** 32;
    const verdict = this.#policy.arrived(now, this.view, { patienceNs, chance });
    if (verdict.kind === "refuse") {
      attempt.done("refused", verdict.retryAfterMs);
    } else if (verdict.kind === "admit") {
      this.#begin(attempt);
    } else {
      this.#line.push({ ...attempt, untilNs: now + verdict.atMostNs });
      if (this.paidCount === 0) this.#step();
    }
  }

  #begin(attempt: Attempt): void {
    const now = this.#agenda.nowNs;
    const instance = this.#leastBusy();
    const { wait, cpu } = this.#scenario.times(now / 1e9);
    const work = { waitNs: wait.draw(this.#random), cpuNs: cpu.draw(this.#random) };
    this.#inFlight += 1;
    this.#policy.began(now);
    instance.begin(work, () => {
      const endedNs = this.#agenda.nowNs;
      this.#policy.ended(endedNs - now, endedNs, this.view);
      this.#inFlight -= 1;
      attempt.done(endedNs <= attempt.deadlineNs ? "answered" : "late", 0);
      this.#admit();
    });
  }

  /** Lets in who waits, as far as there is room; who gave up meanwhile is out of the line. */
  #admit(): void {
    const now = this.#agenda.nowNs;
    let taken = 0;
    for (const waiting of this.#line) {
      const isGone = now > waiting.untilNs || now > waiting.deadlineNs;
      if (!isGone && this.#inFlight >= this.#policy.limit(this.view)) break;
      taken += 1;
      if (isGone) waiting.done("late", 0);
      else this.#begin(waiting);
    }
    if (taken > 0) this.#line = this.#line.slice(taken);
  }

  #tick(): void {
    this.#step();
    this.#admit();
    this.#agenda.after(this.#policy.tickNs, () => this.#tick());
  }

  #step(): void {
    const wanted = this.#policy.step(this.#agenda.nowNs, this.view);
    for (let count = this.paidCount; count < wanted; count++) this.#start();
    const surplus = Math.min(this.paidCount - wanted, this.readyCount);
    for (let count = 0; count < surplus; count++) this.#endOne();
  }

  #start(): void {
    const delayNs = this.#scenario.startNs.draw(this.#random);
    this.#starting.push(this.#agenda.nowNs + delayNs);
    this.#agenda.after(delayNs, () => {
      this.#starting.sort((a, b) => a - b).shift();
      this.#addReady();
      this.#admit();
    });
  }

  #addReady(): void {
    this.#instances.push(new SimulatedInstance(this.#agenda, this.#cpu));
  }

  #leastBusy(): SimulatedInstance {
    return this.#instances.reduce((best, next) => (next.inFlight < best.inFlight ? next : best));
  }

  /** It gets no more calls, and finishes those it has. */
  #endOne(): void {
    const least = this.#leastBusy();
    this.#instances.splice(this.#instances.indexOf(least), 1);
  }
}
