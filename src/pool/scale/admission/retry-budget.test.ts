import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { RetryBudget, retryNumbers } from "#pool/scale/admission";

const second = 1e9;

suite("retry budget", () => {
  test("allows a fifth of the calls, and a few when there are few", () => {
    const budget = new RetryBudget(0);
    let taken = 0;
    for (let call = 0; call < 10_000; call++) {
      const nowNs = call * 0.01 * second;
      budget.called(nowNs);
      if (budget.take(nowNs)) taken += 1;
    }
    // 100 s with 100 calls a second: a fifth of them, and one a second.
    assert.ok(taken >= 2000 && taken <= 2150, `${taken} retries`);
  });

  test("allows one a second without calls", () => {
    const budget = new RetryBudget(0);
    assert.equal(budget.take(0), true);
    assert.equal(budget.take(0), false);
    assert.equal(budget.take(second), true);
  });

  test("does not save up over a calm night for a storm", () => {
    const budget = new RetryBudget(0);
    for (let call = 0; call < 1000; call++) budget.called(call);
    const nowNs = 3600 * second;
    let taken = 0;
    while (budget.take(nowNs)) taken += 1;
    assert.ok(taken <= 11, `${taken} retries`);
  });

  test("never allows more than the part and the floor together", () => {
    const steps = fc.array(
      fc.record({ gapNs: fc.integer({ min: 0, max: 3e9 }), calls: fc.nat(20), tries: fc.nat(20) }),
    );
    fc.assert(
      fc.property(steps, (all) => {
        const budget = new RetryBudget(0);
        let [nowNs, calls, taken] = [0, 0, 0];
        for (const step of all) {
          nowNs += step.gapNs;
          for (let call = 0; call < step.calls; call++) budget.called(nowNs);
          calls += step.calls;
          for (let each = 0; each < step.tries; each++) if (budget.take(nowNs)) taken += 1;
          const { part, floorPerSecond } = retryNumbers;
          assert.ok(taken <= 1 + part * calls + (floorPerSecond * nowNs) / second + 1e-6);
        }
      }),
    );
  });
});
