import { performance } from "node:perf_hooks";

/** How long the event loop of this OS process has worked so far, and not waited. */
export function loopBusyNs(): number {
  return performance.eventLoopUtilization().active * 1e6;
}
