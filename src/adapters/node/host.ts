import type { Executor, SharedOutside } from "#core/host";
import { ThreadWatchdog } from "#adapters/node/watchdog";
import { nodeClock, outsideClock } from "./clock.ts";
import { nodeCodec } from "./codec.ts";
import { nodeEntropy } from "./entropy.ts";
import { nodeHeap } from "./heap.ts";
import { nodeTurns } from "./turns.ts";

/** The ports of a kernel on this thread's event loop. Costs nothing until something runs. */
export function nodeExecutor(): Executor {
  return {
    clock: nodeClock,
    turns: nodeTurns,
    codec: nodeCodec,
    watchdog: new ThreadWatchdog(nodeClock),
    heap: nodeHeap,
  };
}

/** The machine's clocks, entropy and timers, for all processes of an executor alike. */
export function nodeOutside(): SharedOutside {
  return { clock: outsideClock(), entropy: nodeEntropy(), timers: nodeTurns };
}
