/** So many answers tell how long one takes. */
const enoughAnswers = 50;

/**
 * Says when to measure how long answers take at rest, while a limit holds callers back all the time
 * and rest never comes by itself: every so long, for as many answers as tell, once those that began
 * before are gone. The idea is Envoy's (adaptive concurrency, "minRTT calculation window").
 */
export class RestProbe {
  readonly #everyNs: number;
  #sinceNs: number;
  /** When it began to measure; `undefined` while it does not. */
  #startNs: number | undefined;
  /** The first of those that began together are the fastest, and count for nothing. */
  #skipCount = 0;
  #answers = 0;
  #logNsSum = 0;

  constructor(nowNs: number, everyNs: number) {
    this.#sinceNs = nowNs;
    this.#everyNs = everyNs;
  }

  get isMeasuring(): boolean {
    return this.#startNs !== undefined;
  }

  /** Starts to measure, with `restingLimit`, when callers were held back for long enough. */
  windowEnded(isHolding: boolean, restingLimit: number, nowNs: number): void {
    if (!isHolding) this.#sinceNs = nowNs;
    if (nowNs - this.#sinceNs < this.#everyNs) return;
    this.#startNs = nowNs;
    this.#skipCount = restingLimit;
    this.#answers = 0;
    this.#logNsSum = 0;
  }

  /** The mean of the logarithms, when there are enough that began at rest. */
  answered(
    logNs: number,
    { beganNs, nowNs }: { readonly beganNs: number; readonly nowNs: number },
  ): number | undefined {
    if (this.#startNs === undefined) return undefined;
    if (nowNs - this.#startNs > this.#everyNs) this.#stop(nowNs);
    if (this.#startNs === undefined || beganNs < this.#startNs) return undefined;
    if (this.#skipCount > 0) {
      this.#skipCount -= 1;
      return undefined;
    }
    this.#answers += 1;
    this.#logNsSum += logNs;
    if (this.#answers < enoughAnswers) return undefined;
    this.#stop(nowNs);
    return this.#logNsSum / this.#answers;
  }

  /** Also when calls have become so few that it would last for ever. */
  #stop(nowNs: number): void {
    this.#startNs = undefined;
    this.#sinceNs = nowNs;
  }
}
