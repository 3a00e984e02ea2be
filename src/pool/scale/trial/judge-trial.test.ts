import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { Histogram } from "#core/base";
import { describeFinding } from "#pool/scale/finding";
import { type CallCounts, judgeTrial } from "#pool/scale/trial";

function counts(calls: number, failures: number, ms: number | readonly number[] = 1): CallCounts {
  const seconds = new Histogram();
  const times = typeof ms === "number" ? [ms] : ms;
  for (let call = 0; call < calls; call++) seconds.record((times[call % times.length] ?? 0) / 1000);
  return { calls, failures, seconds: seconds.view() };
}

const isWorse = (before: CallCounts, fresh: CallCounts): boolean =>
  judgeTrial(before, fresh, 0).isWorse;

suite("a build on trial", () => {
  test("is worse where it fails more often than chance allows", () => {
    const good = counts(1000, 1);
    const rows: readonly (readonly [fresh: CallCounts, worse: boolean])[] = [
      [counts(9, 9), false],
      [counts(10, 10), true],
      [counts(10, 1), false],
      [counts(10, 3), true],
      [counts(1000, 5), false],
      [counts(1000, 30), true],
      [counts(1000, 0), false],
    ];
    for (const [fresh, worse] of rows) {
      assert.equal(isWorse(good, fresh), worse, `${fresh.failures} of ${fresh.calls}`);
    }
  });

  test("is not worse than one that failed as often", () => {
    assert.equal(isWorse(counts(1000, 400), counts(1000, 450)), false);
    assert.equal(isWorse(counts(1000, 1000), counts(1000, 1000)), false);
  });

  test("is measured by no failures where nobody had called the one before", () => {
    assert.equal(isWorse(counts(0, 0), counts(20, 20)), true);
    assert.equal(isWorse(counts(0, 0), counts(1000, 0, 5000)), false);
  });

  test("is worse where half, or one of ten, take far longer", () => {
    assert.equal(isWorse(counts(500, 0, 10), counts(500, 0, 25)), false);
    assert.equal(isWorse(counts(500, 0, 10), counts(500, 0, 35)), true);
    assert.equal(isWorse(counts(500, 0, 1), counts(500, 0, 9)), false, "milliseconds are nothing");
    assert.equal(isWorse(counts(500, 0, 1), counts(500, 0, [1, 1, 1, 1, 200])), true);
    assert.equal(isWorse(counts(500, 0, 1), counts(40, 0, 200)), false, "too few to say");
  });

  test("is not slower where it is called far more often, though it may fail", () => {
    const before = { ...counts(500, 0, 10), perSecond: 50 };
    const fresh = (perSecond: number, failures = 0): CallCounts => ({
      ...counts(500, failures, 100),
      perSecond,
    });
    assert.equal(isWorse(before, fresh(100)), true);
    assert.equal(isWorse(before, fresh(101)), false);
    assert.equal(judgeTrial(before, fresh(101), 0).finding.why, "busier");
    assert.equal(isWorse(before, fresh(101, 100)), true);
    assert.equal(isWorse(counts(500, 0, 10), fresh(1e6)), true, "nobody knows how often before");
  });

  test("comes with figures, for people and as a finding", () => {
    const { text, finding } = judgeTrial(counts(200, 0), counts(40, 20), 7);
    assert.equal(text, "20 of 40 calls failed; of the build before, 0 of 200 calls failed");
    assert.match(describeFinding(finding), /^trial: the build before: calls fail more often/);
    const slow = judgeTrial(counts(200, 0, 10), counts(100, 0, 100), 7);
    assert.match(slow.text, /^50 % of 100 calls took up to 1?\d\d ms; of the build before, 10? ms/);
    assert.equal(judgeTrial(counts(5, 0), counts(3, 0), 7).finding.why, "too-few-calls");
    assert.equal(judgeTrial(counts(5, 0), counts(30, 0), 7).finding.why, "as-good");
  });

  test("with as many failures or fewer is never worse for them, whatever the counts", () => {
    const count = fc.integer({ min: 0, max: 5000 });
    fc.assert(
      fc.property(count, count, count, (calls, a, b) => {
        const [few, many] = [Math.min(a, b, calls), Math.min(Math.max(a, b), calls)];
        assert.equal(isWorse(counts(calls, many), counts(calls, few)), false);
      }),
      { numRuns: 50 },
    );
  });
});
