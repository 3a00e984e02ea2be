/** The load must have fallen to this part before its effect can be told from chance. */
const fallenPart = 0.5;
/** Calls in flight must have been replaced so often before they show the new load. */
const turnoverMin = 2;
/** With no more calls than this on each processor nothing queues. */
const restingLoad = 1.5;

/** What instances do, in one window. */
interface SlowWindow {
  /** Calls in flight on each processor. */
  readonly load: number;
  readonly tookNs: number;
  /** How often the calls in flight were replaced in the window. */
  readonly turnover: number;
}

/**
 * Tells a queue from a service that has become slow by itself. While answers are slow each instance
 * is given less. As far as a queue makes them slow, they become faster with that. A line through
 * what they took at two loads says what they would take with none: nearly nothing if all of it was
 * the queue, and all if fewer calls made no difference.
 */
export class SlownessProbe {
  /** The most that was seen since answers became slow. */
  #peak: { readonly load: number; readonly tookNs: number } | undefined;
  #turnover = 0;

  /** To be told of each window in which answers are slow; answers what they take by themselves. */
  seen({ load, tookNs, turnover }: SlowWindow): number | undefined {
    const peak = {
      load: Math.max(load, this.#peak?.load ?? 0),
      tookNs: Math.max(tookNs, this.#peak?.tookNs ?? 0),
    };
    this.#peak = peak;
    const isResting = load <= restingLoad;
    const isFallen = isResting || load <= peak.load * fallenPart;
    this.#turnover = isFallen ? this.#turnover + turnover : 0;
    if (this.#turnover < turnoverMin) return undefined;
    this.forget();
    if (isResting) return tookNs;
    // The load has fallen further meanwhile, but the times do not show that yet.
    const slope = (peak.tookNs - tookNs) / (1 - fallenPart);
    return Math.max(0, peak.tookNs - slope);
  }

  /** Answers are not slow any more. */
  forget(): void {
    this.#peak = undefined;
    this.#turnover = 0;
  }
}
