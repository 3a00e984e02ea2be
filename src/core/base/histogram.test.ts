import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { Histogram, type HistogramView } from "./histogram.ts";

/** Of all sizes alike, with zeros, bounds of buckets and what is too large among them. */
const value = fc.oneof(
  fc.double({ min: -30, max: 34, noNaN: true }).map((exponent) => 2 ** exponent),
  fc.integer({ min: -32, max: 36 }).map((exponent) => 2 ** exponent),
  fc.nat({ max: 100 }),
);
const values = fc.array(value, { maxLength: 200 });
/** Their sums are exact, whatever the order. */
const whole = fc.array(fc.nat(), { maxLength: 200 });

function seen(all: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const each of all) histogram.record(each);
  return histogram;
}

function merged(...all: readonly Histogram[]): Histogram {
  const sum = new Histogram();
  for (const each of all) sum.merge(each);
  return sum;
}

/** All but the sum, which is rounded in the order it was made. */
function exact(histogram: Histogram): Omit<HistogramView, "sum"> {
  const { sum: _, ...rest } = histogram.view();
  return rest;
}

suite("histogram", () => {
  test("says the same, in whatever order and groups its parts are merged", () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const all = exact(seen([...a, ...b, ...c]));
        assert.deepEqual(exact(merged(seen(a), seen(b), seen(c))), all);
        assert.deepEqual(exact(merged(seen(c), seen(a), seen(b))), all);
        assert.deepEqual(exact(merged(seen(a), merged(seen(b), seen(c)))), all);
      }),
    );
  });

  test("adds sums up, exactly where they are whole", () => {
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        assert.deepEqual(merged(seen(a), seen(b)).view(), seen([...b, ...a]).view());
      }),
    );
  });

  test("has quantiles within 4.4 % of the value at that rank", () => {
    const some = fc.array(value, { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(some, fc.double({ min: 0, max: 1, noNaN: true }), (all, q) => {
        const inRange = all.filter((each) => each <= 2 ** 34);
        fc.pre(inRange.length > 0);
        const sorted = inRange.toSorted((a, b) => a - b);
        const truth = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? NaN;
        const told = seen(inRange).quantile(q) ?? NaN;
        assert.ok(Math.abs(told - truth) <= Math.max(truth * 0.044, 2 ** -30), `${told} ${truth}`);
      }),
    );
  });

  test("knows one value exactly, the least and the most of many, and none of none", () => {
    assert.equal(seen([0.3]).quantile(0.5), 0.3);
    const { min, max } = seen([7, 0.25, 3]).view();
    assert.deepEqual([min, max], [0.25, 7]);
    assert.equal(new Histogram().quantile(0.5), undefined);
  });

  test("counts what is not above a power of two, as if each had been compared", () => {
    fc.assert(
      fc.property(values, fc.integer({ min: -30, max: 33 }), (all, exponent) => {
        const bound = 2 ** exponent;
        const truth = all.filter((each) => each <= bound).length;
        assert.equal(seen(all).countUpTo(bound), truth);
      }),
    );
    assert.equal(seen([0]).countUpTo(0), 0);
    assert.equal(seen([5]).countUpTo(Infinity), 1);
  });

  test("comes back from its JSON", () => {
    fc.assert(
      fc.property(values, (all) => {
        const view = seen(all).view();
        const text = JSON.stringify(view);
        assert.deepEqual(Histogram.of(JSON.parse(text) as HistogramView).view(), view);
      }),
    );
  });

  test("has the buckets of OpenTelemetry: each ends with its bound, and 1 ends bucket -1", () => {
    const bucket = (size: number): readonly number[] => {
      const { offset, counts } = seen([size]).view();
      return [offset, ...counts];
    };
    assert.deepEqual(bucket(1), [-1, 1]);
    assert.deepEqual(bucket(1 + Number.EPSILON), [0, 1]);
    assert.deepEqual(bucket(2), [7, 1]);
    assert.deepEqual(bucket(2.1), [8, 1]);
    assert.deepEqual(bucket(0.5), [-9, 1]);
  });

  test("only counts what is 2^-30 or less, and takes together all that is too large", () => {
    const { zeros, offset, counts } = seen([-1, 0, 2 ** -30, 2 ** 40, 2 ** 50]).view();
    assert.deepEqual([zeros, offset, counts], [3, 34 * 8 - 1, [2]]);
    assert.deepEqual(new Histogram().view(), {
      scale: 3,
      count: 0,
      sum: 0,
      zeros: 0,
      offset: 0,
      counts: [],
    });
  });

  test("may be merged with itself", () => {
    const histogram = seen([1, 2, 3]);
    histogram.merge(histogram);
    assert.deepEqual([histogram.count, histogram.sum], [6, 12]);
  });
});
