import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { BucketRing } from "./bucket-ring.ts";
import { RateWindow } from "./rate-window.ts";

const second = 1e9;

suite("bucket ring", () => {
  test("sums what lies in the window, to the parts of buckets", () => {
    const ring = new BucketRing({ spanNs: 60 * second, bucketNs: second, nowNs: 0 });
    ring.add(60, 0, 60 * second);
    assert.ok(Math.abs(ring.sum(6 * second) - 6) < 1e-9);
    assert.ok(Math.abs(ring.sum(2.5 * second) - 2.5) < 1e-9);
    ring.advance(63 * second);
    assert.ok(Math.abs(ring.sum(6 * second) - 3) < 1e-9);
  });

  test("forgets all after a pause of any length", () => {
    const ring = new BucketRing({ spanNs: 10 * second, bucketNs: second, nowNs: 0 });
    ring.add(5, 0, second);
    ring.advance(1e6 * second);
    assert.equal(ring.sum(10 * second), 0);
  });

  test("loses and invents nothing, however the samples are cut", () => {
    const spans = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(spans, (lengths) => {
        const ring = new BucketRing({ spanNs: 60_000, bucketNs: 250, nowNs: 0 });
        let nowNs = 0;
        for (const length of lengths) {
          ring.add(length, nowNs, nowNs + length);
          nowNs += length;
        }
        for (const windowNs of [250, 1000, 6000]) {
          const known = Math.min(windowNs, nowNs);
          assert.ok(Math.abs(ring.sum(windowNs) - known) < 1e-6 * known + 1e-6);
        }
      }),
    );
  });
});

suite("rate window", () => {
  test("takes a first event for no flood", () => {
    const window = new RateWindow(0);
    window.add(1, 0, 1);
    assert.equal(window.perSecond(60 * second, 1), 1);
  });

  test("is sure of a flood within a quarter of a second", () => {
    const window = new RateWindow(0);
    window.add(400, 0, 10 * second);
    window.add(100, 10 * second, 10.25 * second);
    const sure = window.surePerSecond(
      { leastNs: 0.25 * second, mostNs: 6 * second },
      10.25 * second,
    );
    assert.ok(sure > 300 && sure < 400, `sure of ${sure}`);
  });

  test("is sure of nothing that a few events may be by chance", () => {
    const window = new RateWindow(0);
    window.add(4, 0, 0.25 * second);
    const options = { leastNs: 0.25 * second, mostNs: 6 * second };
    assert.equal(window.surePerSecond(options, 0.25 * second), 0);
  });
});
