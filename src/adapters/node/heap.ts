import type { EngineHeap } from "#core/host";
import { collector } from "./collector.ts";

/** V8 ends the OS process some way before its limit, and what is garbage takes room as well. */
const shareOfLimit = 0.5;

let collect: (() => void) | undefined;

/** The heap of this thread. Loads what it needs when it is first asked: most programs never do. */
export const nodeHeap: EngineHeap = {
  get bytesMax(): number {
    return statistics().heap_size_limit * shareOfLimit;
  },
  usedBytes: () => statistics().used_heap_size,
  liveBytes() {
    collect ??= collector();
    collect();
    return statistics().used_heap_size;
  },
};

function statistics(): { readonly heap_size_limit: number; readonly used_heap_size: number } {
  return process.getBuiltinModule("node:v8").getHeapStatistics();
}
