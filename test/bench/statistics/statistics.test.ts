import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { geometricMean, quantile, summarize } from "./statistics.ts";

suite("statistics of a bench", () => {
  test("take the middle of an odd number of rounds, whatever their order", () => {
    assert.deepEqual(summarize([9, 1, 5]), { median: 5, low: 3, high: 7, rounds: 3 });
  });

  test("weigh the two values that a quantile lies between", () => {
    assert.equal(quantile([1, 2], 0.5), 1.5);
    assert.equal(quantile([0, 10, 20, 30, 40], 0.99), 39.6);
  });

  test("mean ratios so that twice and half cancel out", () => {
    assert.ok(Math.abs(geometricMean([2, 0.5, 1]) - 1) < 1e-12);
  });
});
