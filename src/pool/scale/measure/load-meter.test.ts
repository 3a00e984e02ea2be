import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { addSamples, Baseline, LoadMeter } from "#pool/scale/measure";

suite("load meter", () => {
  test("weighs calls in flight by how long they were", () => {
    const meter = new LoadMeter(0);
    meter.arrived();
    meter.began(100);
    meter.arrived();
    meter.began(200);
    meter.ended(200, 300);
    const sample = meter.take(1000, 50);
    assert.deepEqual(sample, {
      spanNs: 1000,
      arrivedCount: 2,
      answeredCount: 1,
      inFlightNs: 100 + 200 + 700,
      cpuNs: 50,
      logNsSum: Math.log(200),
    });
  });

  test("begins anew when it is taken; calls in flight stay", () => {
    const meter = new LoadMeter(0);
    meter.arrived();
    meter.began(0);
    meter.take(500, 0);
    const { arrivedCount, inFlightNs } = meter.take(1000, 0);
    assert.deepEqual([arrivedCount, inFlightNs, meter.inFlight], [0, 500, 1]);
  });

  test("adds up with those of other executors", () => {
    const [one, other] = [new LoadMeter(0), new LoadMeter(0)];
    for (const meter of [one, other]) {
      meter.arrived();
      meter.began(0);
    }
    const sum = addSamples([one.take(100, 1), other.take(100, 2)]);
    assert.deepEqual([sum.spanNs, sum.arrivedCount, sum.inFlightNs, sum.cpuNs], [100, 2, 200, 3]);
  });
});

suite("baseline", () => {
  test("follows faster answers soon, slower ones late, and those only if it may", () => {
    const baseline = new Baseline();
    assert.equal(baseline.slowdown(5), 1);
    baseline.see(Math.log(100), { mayRise: true });
    for (let window = 0; window < 50; window++) baseline.see(Math.log(200), { mayRise: false });
    assert.ok(Math.abs((baseline.ns ?? 0) - 100) < 1e-9);
    baseline.see(Math.log(200), { mayRise: true });
    assert.ok((baseline.ns ?? 0) < 101);
    for (let window = 0; window < 50; window++) baseline.see(Math.log(50), { mayRise: false });
    assert.ok((baseline.ns ?? 0) < 51);
  });
});
