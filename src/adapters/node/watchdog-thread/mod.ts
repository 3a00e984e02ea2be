/**
 * The watchdog's thread: raises the flag when a program has run for its slice.
 *
 * Knows: the shared words, and time; nothing of programs. It does its work when it is loaded as
 * a worker, which only `#adapters/node/watchdog` does, by its address.
 * Must hold: it looks twice a slice while something runs, and sleeps without waking when nothing
 * has for `idleMs`; it writes no word but `flag`, `isAsleep` and `isWatching`.
 * Never imports: anything that takes time to load, for until it is there checks cost more.
 */
import { isMainThread, workerData } from "node:worker_threads";
import type { WatchOrder } from "#adapters/node/watchdog";

/** How long it goes on looking when nothing runs: longer than most pauses of a busy kernel. */
const idleMs = 50;

if (!isMainThread) watch(workerData as WatchOrder);

function watch(order: WatchOrder): never {
  const { words } = order;
  const shared = new Int32Array(order.shared);
  Atomics.store(shared, words.isWatching, 1);
  let seen = 0;
  let looks = 0;
  let idleSinceMs = performance.now();
  for (;;) {
    const running = Atomics.load(shared, words.running);
    const nowMs = performance.now();
    looks = running === seen ? looks + 1 : 0;
    seen = running;
    if (running !== 0) idleSinceMs = nowMs;
    // Seen again at two later looks, the slice is between one and one and a half of its length.
    if (running !== 0 && looks >= 2) Atomics.store(shared, words.flag, running);
    if (nowMs - idleSinceMs > idleMs) {
      // The kernel looks at `isAsleep` after it has set `running`, and this sets it before it
      // looks at `running`: so one of the two sees the other.
      Atomics.store(shared, words.isAsleep, 1);
      Atomics.wait(shared, words.running, 0);
      Atomics.store(shared, words.isAsleep, 0);
      idleSinceMs = performance.now();
    } else {
      Atomics.wait(shared, words.never, 0, Atomics.load(shared, words.sliceMicros) / 2000);
    }
  }
}
