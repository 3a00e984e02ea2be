import {
  diskBlobs,
  nodeExecutor,
  nodeOutside,
  setCallStack,
  usualProgramFolder,
} from "#adapters/node";
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
  const { callStackBytes = defaultLimits["call-stack"] } = options;
  const cacheFolder = options.cacheFolder ?? usualProgramFolder(process.env) ?? false;
  setCallStack(completeLimits({ "call-stack": callStackBytes })["call-stack"]);
  const host = { ...nodeExecutor(), outside: nodeOutside() };
  return cacheFolder === false ? host : { ...host, blobs: diskBlobs(cacheFolder) };
}
