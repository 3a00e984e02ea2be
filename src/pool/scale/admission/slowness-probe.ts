/** The load must have fallen to this part before its effect can be told from chance. */
const fallenPart = 0.5;
/** Less than half of the effect that a queue would show is none. */
const effectMin = 0.5;
/** Calls in flight must have been replaced so often before they show the new load. */
const turnoverMin = 2;

/** What instances do, in one window. */
interface SlowWindow {
  /** Calls in flight in each instance. */
  readonly load: number;
  readonly logNs: number;
  /** How often the calls in flight were replaced in the window. */
  readonly turnover: number;
}

/**
 * Tells a queue from a service that has become slow by itself. While answers are slow each instance
 * is given less. If a queue makes them slow, they become faster with that. If they do not, giving
 * less only takes throughput away, and what is slow is how the service is now.
 */
export class SlownessProbe {
  /** The most that was seen since answers became slow. */
  #peak: { readonly load: number; readonly logNs: number } | undefined;
  #turnover = 0;

  /** To be asked in each window in which answers are slow. */
  isSlowByItself({ load, logNs, turnover }: SlowWindow): boolean {
    const peak = {
      load: Math.max(load, this.#peak?.load ?? 0),
      logNs: Math.max(logNs, this.#peak?.logNs ?? 0),
    };
    this.#peak = peak;
    const fallen = load / peak.load;
    this.#turnover = fallen > fallenPart ? 0 : this.#turnover + turnover;
    if (this.#turnover < turnoverMin) return false;
    this.forget();
    return (logNs - peak.logNs) / Math.log(fallen) < effectMin;
  }

  /** Answers are not slow any more, or what they are compared with has changed. */
  forget(): void {
    this.#peak = undefined;
    this.#turnover = 0;
  }
}
