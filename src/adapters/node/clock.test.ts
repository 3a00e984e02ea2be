import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { nodeClock, outsideClock, RealtimeClock } from "./clock.ts";

const epochMs = 1_800_000_000_000;

/** A host whose two clocks are moved by hand. */
function handMadeReadings(): {
  pass(ms: number): void;
  step(ms: number): void;
  readonly exactReadsCount: number;
  readonly clock: RealtimeClock;
} {
  let monotonicMs = 100;
  let realtimeMs = epochMs;
  let exactReadsCount = 0;
  const clock = new RealtimeClock({
    monotonicMs: () => monotonicMs,
    realtimeMs: () => Math.floor(realtimeMs),
    exactRealtimeNs: () => {
      exactReadsCount += 1;
      return BigInt(Math.round((realtimeMs - epochMs) * 1e6)) + BigInt(epochMs) * 1_000_000n;
    },
  });
  return {
    pass(ms) {
      monotonicMs += ms;
      realtimeMs += ms;
    },
    step(ms) {
      realtimeMs += ms;
    },
    get exactReadsCount() {
      return exactReadsCount;
    },
    clock,
  };
}

const epochNs = BigInt(epochMs) * 1_000_000n;

suite("node clock", () => {
  test("counts whole nanoseconds and never goes back", () => {
    let before = nodeClock.monotonicNs();
    for (let reading = 0; reading < 10_000; reading++) {
      const now = nodeClock.monotonicNs();
      assert.ok(now >= before);
      assert.ok(Number.isSafeInteger(now));
      before = now;
    }
  });

  test("tells the time between two readings of the system's clock", () => {
    const { realtimeNs } = outsideClock();
    for (let reading = 0; reading < 100; reading++) {
      const earliest = BigInt(Date.now()) * 1_000_000n;
      const now = realtimeNs();
      const latest = BigInt(Date.now() + 1) * 1_000_000n;
      // Two milliseconds are what it may be beside before it is set anew.
      assert.ok(now >= earliest - 2_000_000n && now <= latest + 3_000_000n);
    }
  });

  test("is finer than milliseconds while the system's clock runs evenly", () => {
    const host = handMadeReadings();
    host.pass(0.25);
    assert.equal(host.clock.nowNs(), epochNs + 250_000n);
    host.pass(1.5);
    assert.equal(host.clock.nowNs(), epochNs + 1_750_000n);
    assert.equal(host.exactReadsCount, 1);
  });

  for (const [name, stepMs] of [
    ["forward", 3_600_000],
    ["back", -3_600_000],
    ["forward by little", 10],
    ["back by little", -10],
  ] as const) {
    test(`follows a step ${name} at the next reading`, () => {
      const host = handMadeReadings();
      host.pass(5);
      host.clock.nowNs();
      host.step(stepMs);
      const expected = epochNs + BigInt(5 + stepMs) * 1_000_000n;
      assert.equal(host.clock.nowNs(), expected);
      host.pass(1);
      assert.equal(host.clock.nowNs(), expected + 1_000_000n);
    });
  }
});
