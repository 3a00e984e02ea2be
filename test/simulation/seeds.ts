/** Seeds of runs that failed once, each with what it found; they are run every time. */
export const keptSeeds: readonly number[] = [];
