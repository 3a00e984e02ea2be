import { collector } from "./collector.ts";

/** How often it is looked whether this OS process has anything to do. */
const lookEveryMs = 5000;
/** One that computes less than this, of one core, has nothing to do. */
const idleShareMax = 0.02;
/** Fewer bytes are not worth the pause. */
const gainBytesMin = 8 * 1024 * 1024;

/** What is known of this OS process at one moment. */
export interface IdleLook {
  readonly atMs: number;
  /** What it has computed so far. */
  readonly cpuMs: number;
  /** What the engine's heap takes of the machine's memory, used or not. */
  readonly heapBytes: number;
}

/** Tells when it is worth to give memory back: once after each burst of work, when it is over. */
export class IdleWatch {
  #last: IdleLook;
  /** What the heap took when memory was last given back, or at the start. */
  #leastBytes: number;

  constructor(first: IdleLook) {
    this.#last = first;
    this.#leastBytes = first.heapBytes;
  }

  /** Whether the heap has grown, and nothing was done since the last look. */
  isDue(look: IdleLook): boolean {
    const { atMs, cpuMs } = this.#last;
    this.#last = look;
    const isIdle = look.cpuMs - cpuMs <= (look.atMs - atMs) * idleShareMax;
    return isIdle && look.heapBytes - this.#leastBytes >= gainBytesMin;
  }

  /** Memory was given back, as much as there was. */
  gaveBack(now: IdleLook): void {
    this.#last = now;
    this.#leastBytes = now.heapBytes;
  }
}

/**
 * Gives memory back to the machine whenever this OS process has had nothing to do for a while. V8
 * keeps what a burst of work took: its young generation alone grows to 64 MB, and nothing but a
 * full collection in its last resort makes that small again. It takes 60 ms for each 1,000
 * processes, which is why it waits until nobody seems to mind. Does not keep the process running.
 */
export function giveBackWhenIdle(): { stop(): void } {
  const watch = new IdleWatch(look());
  const looking = setInterval(() => {
    if (!watch.isDue(look())) return;
    collector()({ type: "major", flavor: "last-resort", execution: "sync" });
    watch.gaveBack(look());
  }, lookEveryMs).unref();
  return { stop: () => clearInterval(looking) };
}

function look(): IdleLook {
  const { user, system } = process.cpuUsage();
  const { total_heap_size: heapBytes } = process.getBuiltinModule("node:v8").getHeapStatistics();
  return { atMs: performance.now(), cpuMs: (user + system) / 1000, heapBytes };
}
