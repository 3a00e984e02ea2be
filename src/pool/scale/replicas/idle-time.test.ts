import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { type IdleBounds, IdleTime } from "./idle-time.ts";

const second = 1e9;
const bounds: IdleBounds = {
  keepNsMin: second,
  keepNsMax: 600 * second,
  keepNsDefault: 60 * second,
  prewarmNsMin: 300 * second,
};

function learnt(gaps: readonly number[]): IdleTime {
  const idle = new IdleTime(bounds);
  for (const gap of gaps) idle.called(gap * second);
  return idle;
}

function times(count: number, gap: (index: number) => number): readonly number[] {
  return Array.from({ length: count }, (_, index) => gap(index));
}

suite("idle time", () => {
  test("is the default until enough gaps were seen", () => {
    const { keepNs, finding } = learnt([5, 5, 5]).decide(0);
    assert.deepEqual([keepNs, finding.why], [60 * second, "too-few-gaps"]);
  });

  test("is the tail of the gaps and a tenth more", () => {
    const { keepNs, finding } = learnt(times(200, (index) => (index % 50 === 0 ? 30 : 5))).decide(
      0,
    );
    assert.equal(finding.why, "gaps-learnt");
    assert.ok(keepNs >= 30 * second && keepNs <= 45 * second, `${keepNs / second} s`);
  });

  test("is the least that is allowed when nobody comes back in time", () => {
    const { keepNs, finding } = learnt(times(50, () => 3000)).decide(0);
    assert.equal(keepNs, bounds.keepNsMin);
    assert.equal(finding.why, "gaps-regular");
  });

  test("is the least without a pattern, too, when all gaps are too long", () => {
    const gaps = times(200, (index) => 700 * 1.02 ** index);
    const { keepNs, finding } = learnt(gaps).decide(0);
    assert.deepEqual([keepNs, finding.why], [bounds.keepNsMin, "gaps-too-long"]);
  });

  test("is the default when gaps follow no pattern", () => {
    const gaps = times(400, (index) => 0.011 * 2 ** ((index % 92) / 4));
    const { keepNs, finding } = learnt(gaps).decide(0);
    assert.deepEqual([keepNs, finding.why], [bounds.keepNsDefault, "gaps-scatter"]);
  });

  test("says when to start again before calls that come by the clock", () => {
    const { prewarm } = learnt(times(50, () => 3600)).decide(0);
    assert.ok(prewarm !== undefined);
    assert.ok(prewarm.fromNs < 3600 * second && prewarm.untilNs > 3600 * second);
  });

  test("forgets habits of long ago", () => {
    const gaps = [...times(2000, () => 100), ...times(6000, () => 1)];
    const { keepNs } = learnt(gaps).decide(0);
    assert.ok(keepNs <= 2 * second, `${keepNs / second} s`);
  });

  test("is within the bounds of the manifest, whatever the gaps", () => {
    const gaps = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 100 });
    fc.assert(
      fc.property(gaps, (seconds) => {
        const { keepNs, prewarm } = learnt(seconds).decide(0);
        assert.ok(keepNs >= bounds.keepNsMin && keepNs <= bounds.keepNsMax);
        assert.ok(prewarm === undefined || prewarm.fromNs <= prewarm.untilNs);
      }),
    );
  });
});
