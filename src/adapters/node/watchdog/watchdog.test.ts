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

/** Whether a program's check comes to the kernel, as the kernel's gate before it decides. */
function doesAsk(shared: Int32Array): boolean {
  if (shared[words.flag] === 0) return false;
  const left = shared[words.checksToPass] ?? 0;
  if (left > 0) shared[words.checksToPass] = left - 1;
  return left === 0;
}

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
    if (!doesAsk(flag)) continue;
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

/** A program whose checks are what makes the time go on; not for so long that a thread comes. */
class VirtualChecks {
  ns = 0;
  readonly watchdog: ThreadWatchdog = new ThreadWatchdog({ monotonicNs: () => this.ns });
  readonly #shared = new Int32Array(this.watchdog.flag.buffer);

  run(nsEach: number, checks: number): void {
    for (let check = 0; check < checks; check++) assert.notEqual(this.#check(nsEach), "due");
  }

  runUntilDue(nsEach: number): { readonly checks: number; readonly asked: number } {
    let asked = 0;
    for (let checks = 1; ; checks++) {
      const came = this.#check(nsEach);
      if (came !== "passes") asked += 1;
      if (came === "due") return { checks, asked };
    }
  }

  #check(ns: number): "passes" | "goes on" | "due" {
    this.ns += ns;
    if (!doesAsk(this.#shared)) return "passes";
    return this.watchdog.isDue() ? "due" : "goes on";
  }
}

suite("watchdog", () => {
  test("ends a slice after its time while it has no thread yet", () => {
    const watchdog = new ThreadWatchdog(clock);
    const { ms, asked } = runSlice(watchdog);
    assert.ok(ms >= sliceNs / 1e6 && ms < giveUpMs, `${ms} ms`);
    assert.ok(asked > 1);
  });

  test("lets most checks pass while it has no thread and they follow each other closely", () => {
    const time = new VirtualChecks();
    time.watchdog.start(sliceNs);
    const { checks, asked } = time.runUntilDue(10);
    assert.ok(asked < checks / 500, `${asked} of ${checks}`);
    assert.ok(time.ns < sliceNs + 20e3, `${time.ns} ns`);
  });

  test("asks at every check while it has no thread and they are far apart", () => {
    const time = new VirtualChecks();
    time.watchdog.start(sliceNs);
    const { checks, asked } = time.runUntilDue(1e6);
    assert.equal(asked, checks);
    assert.equal(time.ns, sliceNs + 1e6);
  });

  test("notices checks that come to be far apart after the next 1024 of them", () => {
    const time = new VirtualChecks();
    time.watchdog.start(sliceNs);
    time.run(10, 10_000);
    const { checks } = time.runUntilDue(sliceNs);
    assert.ok(checks <= 1024, `${checks}`);
    time.watchdog.start(sliceNs);
    assert.equal(time.runUntilDue(sliceNs).checks, 2);
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
