import type { Finding } from "#pool/scale/finding";

const second = 1e9;
/** Executors that are kept busy by a process to this part have no more for it. */
const fullPart = 0.8;
/** So full it has been before others are asked to help. */
const growAfterNs = 2 * second;
/** Fewer executors are to be busy by it to this part at most, */
const emptyPart = 0.5;
/** and would have been for so long. */
const shrinkAfterNs = 60 * second;

/** What is decided by. */
export interface SpreadSight {
  /** On how many executors it is. */
  readonly executorCount: number;
  readonly executorsMin: number;
  /** Those that it could be on, as it is wanted and as there are. */
  readonly executorsMax: number;
  /** How many processors it keeps busy, all executors together. */
  readonly cores: number;
}

/** On how many executors one process serves: twice as many at a time, and one less. */
export class SpreadScaler {
  #fullSinceNs: number | undefined = undefined;
  #spareSinceNs: number | undefined = undefined;

  step(
    nowNs: number,
    sight: SpreadSight,
  ): { readonly wantedCount: number; readonly finding: Finding } {
    const { executorCount, executorsMin, executorsMax, cores } = sight;
    const isFull = cores >= fullPart * executorCount;
    const isSpare = executorCount > 1 && cores <= emptyPart * (executorCount - 1);
    this.#fullSinceNs = isFull ? (this.#fullSinceNs ?? nowNs) : undefined;
    this.#spareSinceNs = isSpare ? (this.#spareSinceNs ?? nowNs) : undefined;
    const within = (count: number): number =>
      Math.max(executorsMin, Math.min(executorsMax, Math.max(1, count)));
    const decide = (count: number, why: Finding["why"]): ReturnType<SpreadScaler["step"]> => {
      const wantedCount = within(count);
      const decided = wantedCount === 1 ? "1 executor" : `${wantedCount} executors`;
      const saw = { executorCount, coresBusy: cores };
      return { wantedCount, finding: { atNs: nowNs, by: "spread", saw, decided, why } };
    };
    if (isFull && nowNs - (this.#fullSinceNs ?? nowNs) >= growAfterNs) {
      if (within(2 * executorCount) <= executorCount)
        return decide(executorCount, "executors-most");
      // What comes to be there has to show first what it is good for.
      this.#fullSinceNs = nowNs;
      return decide(2 * executorCount, "executors-full");
    }
    if (isSpare && nowNs - (this.#spareSinceNs ?? nowNs) >= shrinkAfterNs) {
      this.#spareSinceNs = nowNs;
      return decide(executorCount - 1, "executors-spare");
    }
    return decide(executorCount, "executors-enough");
  }
}
