import { performance } from "node:perf_hooks";

/** How long the event loop of this OS process has worked so far, and not waited. */
export function loopBusyNs(): number {
  return performance.eventLoopUtilization().active * 1e6;
}

/**
 * How much of the memory it can have this OS process has: all of it of what is left on the machine,
 * or in its control group, or its heap of what that may become, whichever is nearer to its end.
 */
export function heldMemory(): { readonly usedBytes: number; readonly limitBytes: number } {
  const usedBytes = process.memoryUsage.rss();
  const all = { usedBytes, limitBytes: usedBytes + process.availableMemory() };
  const heap = process.getBuiltinModule("node:v8").getHeapStatistics();
  const own = { usedBytes: heap.used_heap_size, limitBytes: heap.heap_size_limit };
  const part = (memory: typeof all): number => memory.usedBytes / memory.limitBytes;
  return part(own) > part(all) ? own : all;
}
