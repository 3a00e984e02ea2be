/** The times that supervision goes by. */
export interface SupervisionNumbers {
  /** The least delay of a second restart in a row; the first is at once. */
  readonly delayNsMin: number;
  /** No restart is delayed longer than this by its pace. */
  readonly delayNsMax: number;
  /** A child that was up for so long is restarted at once again. */
  readonly stableNs: number;
  /** A restarted process that was up for less is charged to the share of restarts. */
  readonly shortNs: number;
  /** How long a program may take to acknowledge that a child of its failed. */
  readonly acknowledgeNs: number;
}

export const defaultNumbers: SupervisionNumbers = {
  delayNsMin: 100e6,
  delayNsMax: 30e9,
  stableNs: 60e9,
  shortNs: 10e9,
  acknowledgeNs: 5e9,
};

/**
 * How long one child waits before it is started again: not at all the first time, then by a step
 * that doubles up to the ceiling. Each delay is drawn from the upper half of its step, so that
 * children that failed together do not come back together, at the ceiling neither.
 */
export class Pace {
  #restartCount = 0;

  /** Restarts in a row, without a stable time between them. */
  get restartCount(): number {
    return this.#restartCount;
  }

  /** The delay before the next start of a child that was up for `upNs`. */
  next(options: {
    readonly upNs: number;
    /** From 0 up to, but not including, 1. */
    readonly chance: number;
    readonly numbers: SupervisionNumbers;
  }): number {
    const { upNs, chance, numbers } = options;
    if (upNs >= numbers.stableNs) this.#restartCount = 0;
    const doublings = this.#restartCount;
    this.#restartCount += 1;
    if (doublings === 0) return 0;
    const stepNs = Math.min(numbers.delayNsMin * 2 ** doublings, numbers.delayNsMax);
    return Math.round((stepNs / 2) * (1 + chance));
  }
}
