import { BucketRing } from "./bucket-ring.ts";

const second = 1e9;
/** How many standard deviations from chance an event has to be. */
const doubt = 2;

/** How many events a second there were, over windows of any length up to a minute. */
export class RateWindow {
  readonly #ring: BucketRing;

  constructor(nowNs: number, spanNs: number = 60 * second) {
    this.#ring = new BucketRing({ spanNs, bucketNs: second / 4, nowNs });
  }

  /** So many came between `sinceNs` and `nowNs`. */
  add(count: number, sinceNs: number, nowNs: number): void {
    this.#ring.add(count, sinceNs, nowNs);
  }

  count(windowNs: number, nowNs: number): number {
    this.#ring.advance(nowNs);
    return this.#ring.sum(windowNs);
  }

  /**
   * Events a second over the last `windowNs`. While less is known, over what is known, but over a
   * second at least: the first event is no flood.
   */
  perSecond(windowNs: number, nowNs: number): number {
    const count = this.count(windowNs, nowNs);
    const knownNs = Math.max(this.#ring.coveredNs(windowNs), Math.min(windowNs, second));
    return (count * second) / knownNs;
  }

  /**
   * Events a second there are now for certain: of all windows from `leastNs` to `mostNs`, each
   * twice as long as the one before, the highest rate less what may be chance, which is twice the
   * root of the count. A flood stands out at once, a small change only in a long window.
   */
  surePerSecond(
    { leastNs, mostNs }: { readonly leastNs: number; readonly mostNs: number },
    nowNs: number,
  ): number {
    let highest = 0;
    for (let windowNs = leastNs; ; windowNs *= 2) {
      const lengthNs = Math.min(windowNs, mostNs);
      const count = this.count(lengthNs, nowNs);
      const rate = this.perSecond(lengthNs, nowNs);
      highest = Math.max(highest, rate * (1 - doubt / Math.sqrt(Math.max(doubt ** 2, count))));
      if (windowNs >= mostNs) return highest;
    }
  }
}
