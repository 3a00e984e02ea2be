import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { GradientLimiter } from "./gradient-limiter.ts";

const ms = 1e6;

/** Answers come evenly, as fast as instances that share one core each among their calls can. */
class Calls {
  readonly limiter: GradientLimiter;
  nowNs = 0;

  readonly #readyCount: number;

  constructor(readyCount: number, mostEach?: number) {
    this.#readyCount = readyCount;
    this.limiter = new GradientLimiter(0, mostEach);
    this.limiter.resize(readyCount);
  }

  /** `wanted` calls in flight if the limit lets them; each waits and computes so long. */
  run(seconds: number, options: { wanted: number; waitMs: number; cpuMs: number }): void {
    const untilNs = this.nowNs + seconds * 1e9;
    while (this.nowNs < untilNs) {
      const inFlight = Math.min(options.wanted, this.limiter.limit);
      const each = inFlight / this.#readyCount;
      const tookMs = Math.max(options.waitMs + options.cpuMs, each * options.cpuMs);
      this.nowNs += (tookMs * ms) / inFlight;
      this.limiter.answered(tookMs * ms, inFlight, this.nowNs);
    }
  }
}

const ordinary = { waitMs: 30, cpuMs: 20 };

suite("gradient limiter", () => {
  test("counts as learnt after slow answers, after many, or where it cannot grow", () => {
    const few = new Calls(1);
    few.run(1, { wanted: 18, waitMs: 300, cpuMs: 1 });
    assert.equal(few.limiter.isKnown, false);
    few.run(5, { wanted: 18, waitMs: 300, cpuMs: 1 });
    assert.equal(few.limiter.isKnown, true);
    assert.ok(few.limiter.limit >= 18, `limit ${few.limiter.limit}`);
    assert.equal(new Calls(1, 1).limiter.isKnown, true);
  });

  test("grows until answers become slow, and stays near what fills the instances", () => {
    const calls = new Calls(4);
    calls.run(60, { wanted: 1000, ...ordinary });
    // 2.5 calls fill an instance.
    const each = calls.limiter.limit / 4;
    assert.ok(each >= 2.5 && each <= 8, `${each} calls for each`);
  });

  test("does not creep up however long the overload lasts", () => {
    const calls = new Calls(4);
    calls.run(60, { wanted: 1000, ...ordinary });
    const before = calls.limiter.limit;
    calls.run(1200, { wanted: 1000, ...ordinary });
    assert.ok(calls.limiter.limit <= before * 1.5, `${before}, then ${calls.limiter.limit}`);
  });

  test("lets many in where calls only wait", () => {
    const calls = new Calls(1);
    calls.run(30, { wanted: 200, waitMs: 100, cpuMs: 0.1 });
    assert.ok(calls.limiter.limit >= 200);
  });

  test("takes a dependency that became slow for what it is", () => {
    const calls = new Calls(4);
    calls.run(30, { wanted: 12, ...ordinary });
    calls.run(20, { wanted: 40, waitMs: 500, cpuMs: 5 });
    assert.ok(calls.limiter.limit >= 40, `${calls.limiter.limit} calls`);
  });

  test("recovers when answers are fast again", () => {
    const calls = new Calls(4);
    calls.run(20, { wanted: 12, ...ordinary });
    calls.run(5, { wanted: 1000, waitMs: 30, cpuMs: 200 });
    calls.run(30, { wanted: 1000, ...ordinary });
    assert.ok(calls.limiter.limit >= 10, `${calls.limiter.limit} calls`);
  });

  test("changes with the number of instances at once", () => {
    const calls = new Calls(2);
    calls.run(30, { wanted: 1000, ...ordinary });
    const { limit } = calls.limiter;
    calls.limiter.resize(20);
    assert.ok(calls.limiter.limit >= limit * 9);
  });

  test("does not let more in than instances take", () => {
    const calls = new Calls(3, 2);
    calls.run(30, { wanted: 1000, waitMs: 100, cpuMs: 0 });
    assert.equal(calls.limiter.limit, 6);
  });

  test("is one call for each instance at least, and says why, whatever the times", () => {
    const answer = fc.record({
      tookNs: fc.double({ min: 0, max: 1e12, noNaN: true }),
      inFlight: fc.integer({ min: 1, max: 1000 }),
      gapNs: fc.integer({ min: 0, max: 1e9 }),
    });
    fc.assert(
      fc.property(
        fc.array(answer, { maxLength: 300 }),
        fc.integer({ min: 1, max: 9 }),
        (all, n) => {
          const limiter = new GradientLimiter(0);
          limiter.resize(n);
          let nowNs = 0;
          for (const { tookNs, inFlight, gapNs } of all) {
            nowNs += gapNs;
            limiter.answered(tookNs, inFlight, nowNs);
            assert.ok(Number.isInteger(limiter.limit) && limiter.limit >= n);
            assert.equal(limiter.finding.by, "limit");
          }
        },
      ),
    );
  });
});
