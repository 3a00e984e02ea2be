/** Seeds of runs that failed once, each with what it found; they are run every time. */
export const keptSeeds: readonly number[] = [];

/** The same for runs of a daemon's control. */
export const keptControlSeeds: readonly number[] = [];
