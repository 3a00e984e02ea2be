import { Baseline, type LoadSample } from "#pool/scale/measure";

const second = 1e9;
/** Windows have so many answers and are so long, or end after the most without. */
const enoughAnswers = 20;
const windowNs = { min: second, max: 5 * second } as const;
const smoothing = 0.3;
/** Before anything was answered a call is believed to take so long. */
const tookNsGuess = 0.1 * second;

/** The margin for chance, in roots of the load: where it begins, how far latency may move it. */
const margins = { start: 1, min: 0.8, max: 2 } as const;
/** Answers so many times as slow as at rest want a larger margin, faster ones a smaller one. */
const slow = { slowdown: 1.6, step: 0.1 } as const;
const fast = { slowdown: 1.15, step: -0.02 } as const;

/**
 * How many instances a rate of calls takes. The load of a spec is counted in instances that are
 * busy all the time: by the processor, which each instance has one of, or by the calls that each
 * takes at once, whichever is more. Since calls come by chance, that many would have a queue that
 * only grows; the root of the load is what chance adds, and so many more are needed (square-root
 * staffing: Halfin and Whitt, "Heavy-Traffic Limits for Queues with Many Exponential Servers",
 * 1981). How many roots is learnt from how much slower answers are than at rest.
 */
export class Staffing {
  atOnceMax: number;
  readonly #baseline = new Baseline();
  #window = emptyWindow();
  #cpuNsEach: number | undefined;
  #tookNs: number | undefined;
  #logNs: number | undefined;
  #margin: number = margins.start;

  constructor(atOnceMax: number) {
    this.atOnceMax = atOnceMax;
  }

  /**
   * The calls a second that keep one instance busy. Before anything was answered it is the middle
   * between one call after another and as many as it takes, if calls only wait.
   */
  get perInstance(): number {
    if (this.#tookNs === undefined) return (Math.sqrt(this.atOnceMax) * second) / tookNsGuess;
    const bySlots = (this.atOnceMax * second) / this.#tookNs;
    const byCpu = second / Math.max(1, this.#cpuNsEach ?? 1);
    return Math.min(bySlots, byCpu);
  }

  /** How many times as long as at rest answers take. */
  get slowdown(): number {
    return this.#logNs === undefined ? 1 : this.#baseline.slowdown(this.#logNs);
  }

  get margin(): number {
    return this.#margin;
  }

  /** Instances for so many calls a second, not rounded. */
  count(callsPerSecond: number): number {
    const load = callsPerSecond / this.perInstance;
    return load + this.#margin * Math.sqrt(load);
  }

  /** Which part of a processor so many calls a second take; nothing is known before an answer. */
  coreFor(callsPerSecond: number): number {
    return (callsPerSecond * (this.#cpuNsEach ?? 0)) / second;
  }

  /**
   * How many instances keep `core` of a processor busy that they all share, not rounded: while one
   * call waits for something, others compute. More of them would only take turns. `Infinity` of it
   * is as much as anybody wants. Of calls that are not known yet nobody says that more are of use.
   */
  usefulCount(core: number): number {
    const cpuNs = this.#cpuNsEach;
    if (!Number.isFinite(core)) return Infinity;
    if (cpuNs === undefined || this.#tookNs === undefined) return 0;
    const aloneNs = Math.max(cpuNs, this.#tookNs / this.slowdown);
    const load = (core * aloneNs) / (Math.max(1, cpuNs) * this.atOnceMax);
    return load + this.#margin * Math.sqrt(load);
  }

  learn(sample: LoadSample): void {
    const window = this.#window;
    window.spanNs += sample.spanNs;
    window.answeredCount += sample.answeredCount;
    window.inFlightNs += sample.inFlightNs;
    window.cpuNs += sample.cpuNs;
    window.logNsSum += sample.logNsSum;
    const isTelling = window.answeredCount >= enoughAnswers && window.spanNs >= windowNs.min;
    if (!isTelling && window.spanNs < windowNs.max) return;
    this.#window = emptyWindow();
    if (window.answeredCount > 0) this.#judge(window);
  }

  #judge({ answeredCount, inFlightNs, cpuNs, logNsSum }: Window): void {
    this.#tookNs = follow(this.#tookNs, inFlightNs / answeredCount);
    this.#cpuNsEach = follow(this.#cpuNsEach, cpuNs / answeredCount);
    this.#logNs = follow(this.#logNs, logNsSum / answeredCount);
    const { slowdown } = this;
    this.#baseline.see(this.#logNs, { mayRise: true });
    const step = slowdown > slow.slowdown ? slow.step : slowdown < fast.slowdown ? fast.step : 0;
    this.#margin = Math.min(margins.max, Math.max(margins.min, this.#margin + step));
  }
}

type Window = { spanNs: number; answeredCount: number } & Record<
  "inFlightNs" | "cpuNs" | "logNsSum",
  number
>;

function emptyWindow(): Window {
  return { spanNs: 0, answeredCount: 0, inFlightNs: 0, cpuNs: 0, logNsSum: 0 };
}

function follow(known: number | undefined, seen: number): number {
  return known === undefined ? seen : known + smoothing * (seen - known);
}
