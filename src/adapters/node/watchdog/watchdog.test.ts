import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ThreadWatchdog } from "./watchdog.ts";
import { words } from "./words.ts";

const clock = { monotonicNs: () => performance.now() * 1e6 };
const sliceNs = 4e6;
/** Far more than any slice takes, or a thread to come up, and far less than a test may. */
const giveUpMs = 30_000;

/** Does as an instrumented program does: looks at the flag, and asks when it is up. */
function spinUntilDue(
  watchdog: ThreadWatchdog,
  startMs = performance.now(),
): { readonly ms: number; readonly asked: number } {
  const flag = new Int32Array(watchdog.flag.buffer);
  let asked = 0;
  for (;;) {
    const ms = performance.now() - startMs;
    if (ms > giveUpMs) return { ms, asked };
    if (flag[0] === 0) continue;
    asked += 1;
    if (watchdog.isDue()) return { ms: performance.now() - startMs, asked };
  }
}

function runSlice(watchdog: ThreadWatchdog): { readonly ms: number; readonly asked: number } {
  // Taken first, for on a busy machine much may happen between two lines.
  const startMs = performance.now();
  watchdog.start(sliceNs);
  const slice = spinUntilDue(watchdog, startMs);
  watchdog.stop();
  return slice;
}

/** A watchdog whose thread is up: a slice ends at the first question. */
function watchedByThread(): ThreadWatchdog {
  const watchdog = new ThreadWatchdog(clock);
  const startMs = performance.now();
  while (runSlice(watchdog).asked !== 1) assert.ok(performance.now() - startMs < giveUpMs);
  return watchdog;
}

suite("watchdog", () => {
  test("ends a slice after its time while it has no thread yet", () => {
    const watchdog = new ThreadWatchdog(clock);
    const { ms, asked } = runSlice(watchdog);
    assert.ok(ms >= sliceNs / 1e6 && ms < giveUpMs, `${ms} ms`);
    assert.ok(asked > 1);
  });

  test("has its thread even if this one never comes back to its event loop", () => {
    const watchdog = watchedByThread();
    const slices = Array.from({ length: 5 }, () => runSlice(watchdog));
    for (const { ms, asked } of slices) {
      // Once, or twice when the flag came too late for the slice before.
      assert.ok(asked <= 2);
      assert.ok(ms >= sliceNs / 1e6 && ms < giveUpMs, `${ms} ms`);
    }
  });

  test("wakes its thread, which sleeps when nothing ran for long", async () => {
    const watchdog = watchedByThread();
    const shared = new Int32Array(watchdog.flag.buffer);
    for (let round = 0; round < 2; round++) {
      const startMs = performance.now();
      while (Atomics.load(shared, words.isAsleep) === 0) {
        assert.ok(performance.now() - startMs < giveUpMs);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      assert.ok(runSlice(watchdog).asked <= 2);
    }
  });

  test("lowers a flag that was meant for the slice before", () => {
    const watchdog = watchedByThread();
    const flag = new Int32Array(watchdog.flag.buffer);
    watchdog.start(sliceNs);
    flag[words.flag] = (flag[words.running] ?? 0) - 1;
    assert.equal(watchdog.isDue(), false);
    assert.equal(flag[words.flag], 0);
    assert.ok(spinUntilDue(watchdog).ms < giveUpMs);
    watchdog.stop();
    assert.deepEqual([flag[words.flag], flag[words.running]], [0, 0]);
  });

  test("ends slices also where threads are not permitted", () => {
    const script = `
      import { ThreadWatchdog } from "#adapters/node/watchdog";
      const watchdog = new ThreadWatchdog({ monotonicNs: () => performance.now() * 1e6 });
      const startMs = performance.now();
      for (let slice = 0; slice < 3; slice++) {
        watchdog.start(${sliceNs});
        while (!watchdog.isDue()) if (performance.now() - startMs > ${giveUpMs}) process.exit(1);
        watchdog.stop();
      }
      console.log("ended");
    `;
    const root = fileURLToPath(new URL("../../../..", import.meta.url));
    const options = ["--permission", "--allow-fs-read=*", "--input-type=module", "--eval", script];
    const output = execFileSync(process.execPath, options, { cwd: root, encoding: "utf8" });
    assert.equal(output, "ended\n");
  });
});
