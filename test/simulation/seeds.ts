/** Seeds of runs that failed once, each with what it found; they are run every time. */
export const keptSeeds: readonly number[] = [];

/** The same for runs of a daemon's control. */
export const keptControlSeeds: readonly number[] = [];

/**
 * And where some serve on several executors: a process that moves, one whose pause is over while
 * siblings behind it are ended, a share that waits to start.
 */
export const keptSpreadSeeds: readonly number[] = [1, 122, 481];
