import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { fairShares } from "#pool/scale/admission";

const demands = fc.array(
  fc.record({ wanted: fc.nat(100), weight: fc.integer({ min: 1, max: 5 }) }),
  { maxLength: 12 },
);

suite("fair shares", () => {
  test("give everybody what it wants when there is enough", () => {
    const wants = [
      { wanted: 3, weight: 1 },
      { wanted: 4, weight: 1 },
    ];
    assert.deepEqual(fairShares(10, wants), [3, 4]);
  });

  test("divide by weights what all want, and give on what one leaves", () => {
    const wants = [
      { wanted: 100, weight: 2 },
      { wanted: 10, weight: 1 },
      { wanted: 100, weight: 1 },
    ];
    assert.deepEqual(fairShares(100, wants), [60, 10, 30]);
  });

  test("are never more than is wanted or there is, and leave nothing that is wanted", () => {
    fc.assert(
      fc.property(fc.nat(300), demands, (total, wants) => {
        const shares = fairShares(total, wants);
        const given = shares.reduce((sum, share) => sum + share, 0);
        const wanted = wants.reduce((sum, each) => sum + each.wanted, 0);
        assert.equal(given, Math.min(total, wanted));
        for (const [index, share] of shares.entries()) {
          assert.ok(share >= 0 && share <= (wants[index]?.wanted ?? 0));
        }
      }),
    );
  });

  test("leave nobody short while another has more for its weight, but for rounding", () => {
    fc.assert(
      fc.property(fc.nat(300), demands, (total, wants) => {
        const shares = fairShares(total, wants);
        for (const [index, short] of wants.entries()) {
          const share = shares[index] ?? 0;
          if (share >= short.wanted) continue;
          for (const [other, { weight }] of wants.entries()) {
            const level = (shares[other] ?? 0) / weight;
            assert.ok(level <= (share + wants.length + 1) / short.weight + wants.length);
          }
        }
      }),
    );
  });
});
