import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { nodeTurns } from "./turns.ts";

function busyFor(ms: number): void {
  for (const endMs = performance.now() + ms; performance.now() < endMs;);
}

suite("node turns", () => {
  test("calls no timer early, however the turn before it dragged on", async () => {
    const delaysMs = [0, 0.05, 0.3, 1, 1.4, 2, 5];
    const earlyBy: number[] = [];
    for (const turnMs of [0, 0.4, 3]) {
      await Promise.all(
        delaysMs.map((delayMs) => {
          const { promise, resolve } = Promise.withResolvers<void>();
          busyFor(turnMs);
          const dueMs = performance.now() + delayMs;
          nodeTurns.after(delayMs * 1e6, () => {
            const earlyMs = dueMs - performance.now();
            if (earlyMs > 0) earlyBy.push(earlyMs);
            resolve();
          });
          return promise;
        }),
      );
    }
    assert.deepEqual(earlyBy, []);
  });

  test("waits longer than setTimeout can count", async () => {
    let isCalled = false;
    // Given to setTimeout as it is, this delay would become one millisecond.
    const timer = nodeTurns.after(2 ** 31 * 1e6, () => (isCalled = true));
    await new Promise<void>((resolve) => nodeTurns.after(5e6, resolve));
    timer.cancel();
    assert.equal(isCalled, false);
  });

  test("calls nothing that was cancelled, whichever way it waited", async () => {
    const seen: string[] = [];
    nodeTurns.after(0, () => seen.push("by turn")).cancel();
    nodeTurns.after(1e6, () => seen.push("by time")).cancel();
    await new Promise<void>((resolve) => nodeTurns.after(3e6, resolve));
    assert.deepEqual(seen, []);
  });
});
