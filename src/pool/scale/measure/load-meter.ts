import type { LoadSample } from "./load-sample.ts";

/**
 * Counts, where calls are served, what the controller of replicas wants to know, between two of its
 * steps. A call costs a few additions and no memory.
 */
export class LoadMeter {
  #arrived = 0;
  #answered = 0;
  #inFlight = 0;
  #inFlightNs = 0;
  #logNsSum = 0;
  #changedNs: number;
  #takenNs: number;

  constructor(nowNs: number) {
    this.#changedNs = nowNs;
    this.#takenNs = nowNs;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** A call came, whatever becomes of it. */
  arrived(): void {
    this.#arrived += 1;
  }

  /** A call was given to an instance. */
  began(nowNs: number): void {
    this.#pour(nowNs);
    this.#inFlight += 1;
  }

  /** An instance has answered, after `tookNs`. */
  ended(tookNs: number, nowNs: number): void {
    this.#pour(nowNs);
    this.#inFlight -= 1;
    this.#answered += 1;
    this.#logNsSum += Math.log(Math.max(1, tookNs));
  }

  /** A call that was given to an instance is over without an answer. */
  dropped(nowNs: number): void {
    this.#pour(nowNs);
    this.#inFlight -= 1;
  }

  /** What was counted since it was last taken; the instances have computed `cpuNs` meanwhile. */
  take(nowNs: number, cpuNs: number): LoadSample {
    this.#pour(nowNs);
    const sample = {
      spanNs: nowNs - this.#takenNs,
      arrivedCount: this.#arrived,
      answeredCount: this.#answered,
      inFlightNs: this.#inFlightNs,
      cpuNs,
      logNsSum: this.#logNsSum,
    };
    this.#arrived = 0;
    this.#answered = 0;
    this.#inFlightNs = 0;
    this.#logNsSum = 0;
    this.#takenNs = nowNs;
    return sample;
  }

  #pour(nowNs: number): void {
    this.#inFlightNs += this.#inFlight * (nowNs - this.#changedNs);
    this.#changedNs = nowNs;
  }
}
