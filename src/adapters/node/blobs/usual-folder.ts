import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where prepared programs are kept unless somebody says otherwise, as `bin/noos` has it:
 * `NOOS_CACHE`, or `noos` in the user's folder for caches. `undefined` for a user without a home,
 * for whom nothing is kept.
 */
export function usualProgramFolder(environment: Environment): string | undefined {
  const { NOOS_CACHE: own, XDG_CACHE_HOME: caches, HOME, USERPROFILE } = environment;
  const home = HOME || USERPROFILE;
  const folder = own || (caches && join(caches, "noos")) || (home && join(home, ".cache", "noos"));
  return folder ? join(folder, "programs") : undefined;
}
