import { homedir } from "node:os";
import { join } from "node:path";
import { diskBlobs, nodeExecutor, nodeOutside, setCallStack } from "#adapters/node";
import { defaultLimits } from "#core/sys";
import { completeLimits, type SystemHost } from "#core/system";

/** How a kernel stands on this machine. */
export interface NodeHostOptions {
  /**
   * Where prepared programs are kept, so that the next load of one is a look-up. By default where
   * `noos run` keeps them; with `false` nothing is kept.
   */
  readonly cacheFolder?: string | false;
  /**
   * Native stack of each program, 4 MiB by default; deeper calls trap. The engine has one number
   * for all of this OS process and uses the stacks of ended programs again: the first host counts.
   */
  readonly callStackBytes?: number;
}

/**
 * This machine, for `new System(nodeHost())`: its clocks, chance, event loop and disk. Processes
 * run on the thread that calls this. Throws `LIMIT_OUT_OF_RANGE`.
 */
export function nodeHost(options: NodeHostOptions = {}): SystemHost {
  const { cacheFolder = usualFolder(), callStackBytes = defaultLimits["call-stack"] } = options;
  setCallStack(completeLimits({ "call-stack": callStackBytes })["call-stack"]);
  const host = { ...nodeExecutor(), outside: nodeOutside() };
  return cacheFolder === false ? host : { ...host, blobs: diskBlobs(cacheFolder) };
}

/** As the command line has it: below `NOOS_CACHE`, or `noos` in the user's folder for caches. */
function usualFolder(): string {
  const { NOOS_CACHE: own, XDG_CACHE_HOME: caches } = process.env;
  const folder = own || (caches ? join(caches, "noos") : join(homedir(), ".cache", "noos"));
  return join(folder, "programs");
}
