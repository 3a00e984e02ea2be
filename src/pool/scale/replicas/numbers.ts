const second = 1e9;

/** What the controllers of replicas go by. Those of Knative's autoscaler keep its names. */
export interface ScaleNumbers {
  /** The window that decides how few instances are enough. */
  readonly stableNs: number;
  /** The longest window that decides how many are needed now; a flood shows in less. */
  readonly panicNs: number;
  readonly shortestNs: number;
  /** Panic: the moment needs so many times the instances there are. */
  readonly panicThreshold: number;
  /** For so long after the last moment of panic no instance is ended. */
  readonly calmNs: number;
  /** Changes of a smaller part are not worth it. */
  readonly tolerance: number;
  /** In one step, at most so many times the instances, or that part of them. */
  readonly upRateMax: number;
  readonly downRateMax: number;
  /** Fewer instances must have been enough for so long. */
  readonly downDelayNs: number;
  /** What waits is to be gone in so long. */
  readonly drainNs: number;
}

export const scaleNumbers: ScaleNumbers = {
  stableNs: 60 * second,
  panicNs: 6 * second,
  shortestNs: second / 4,
  panicThreshold: 2,
  calmNs: 20 * second,
  tolerance: 0.1,
  upRateMax: 1000,
  downRateMax: 2,
  downDelayNs: 10 * second,
  drainNs: 5 * second,
};

/** How many instances the spec allows, and how many calls each takes at once. */
export interface ReplicaBounds {
  readonly min: number;
  readonly max: number;
  readonly atOnceMax: number;
}

/** Of one spec, at the time of a step. */
export interface Instances {
  readonly readyCount: number;
  readonly startingCount: number;
}
