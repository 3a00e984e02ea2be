import { Heap } from "#core/base/collections";
import type { Agenda } from "./agenda.ts";

/** What one call asks of an instance: it waits for something outside, then it computes. */
export interface Work {
  readonly waitNs: number;
  readonly cpuNs: number;
}

interface Job {
  /** The virtual time at which it is done. */
  readonly doneAt: number;
  readonly whenDone: () => void;
}

/**
 * One instance with a core of its own, which all calls that compute share evenly (processor
 * sharing): the more there are, the slower each. Virtual time is what each of them has computed.
 */
export class SimulatedInstance {
  readonly #agenda: Agenda;
  readonly #jobs = new Heap<Job>((a, b) => a.doneAt < b.doneAt);
  #virtualNs = 0;
  #changedNs: number;
  #plan = 0;
  /** Calls that were given to it and are not answered. */
  inFlight = 0;

  readonly #cpu: { usedNs: number };

  /** `cpu` is charged with what this instance computes. */
  constructor(agenda: Agenda, cpu: { usedNs: number }) {
    this.#cpu = cpu;
    this.#agenda = agenda;
    this.#changedNs = agenda.nowNs;
  }

  begin(work: Work, whenDone: () => void): void {
    this.inFlight += 1;
    const compute = (): void => {
      this.#advance();
      this.#jobs.push({ doneAt: this.#virtualNs + work.cpuNs, whenDone });
      this.#planNext();
    };
    if (work.waitNs <= 0) compute();
    else this.#agenda.after(work.waitNs, compute);
  }

  #advance(): void {
    const passedNs = this.#agenda.nowNs - this.#changedNs;
    this.#changedNs = this.#agenda.nowNs;
    if (this.#jobs.size === 0) return;
    this.#cpu.usedNs += passedNs;
    this.#virtualNs += passedNs / this.#jobs.size;
  }

  #planNext(): void {
    this.#plan += 1;
    const plan = this.#plan;
    const next = this.#jobs.peek();
    if (next === undefined) return;
    const leftNs = Math.max(0, next.doneAt - this.#virtualNs) * this.#jobs.size;
    this.#agenda.after(leftNs, () => {
      if (plan === this.#plan) this.#finish();
    });
  }

  #finish(): void {
    this.#advance();
    const job = this.#jobs.pop();
    // The clock of floats may be a hair short of what is left.
    if (job !== undefined) this.#virtualNs = Math.max(this.#virtualNs, job.doneAt);
    this.inFlight -= 1;
    this.#planNext();
    job?.whenDone();
  }
}
