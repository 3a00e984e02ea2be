import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { addUnlisted, otherCallees, type UnlistedCall, unlistedCalleesMax } from "#pool/traffic";

const calls = fc.uniqueArray(
  fc.record({
    callee: fc.nat(250).map((number) => `h${number}:80`),
    letThrough: fc.nat(9),
    refused: fc.nat(9),
  }),
  { selector: ({ callee }) => callee, maxLength: 150 },
);

function totals(all: readonly UnlistedCall[]): readonly number[] {
  const sumOf = (name: "letThrough" | "refused"): number =>
    all.reduce((sum, call) => sum + call[name], 0);
  return [sumOf("letThrough"), sumOf("refused")];
}

suite("unlisted calls of several processes", () => {
  test("are added up by callee", () => {
    const one = [{ callee: "a:80", letThrough: 1, refused: 2 }];
    const other = [
      { callee: "b:80", letThrough: 5, refused: 0 },
      { callee: "a:80", letThrough: 0, refused: 3 },
    ];
    assert.deepEqual(addUnlisted(one, other), [
      { callee: "a:80", letThrough: 1, refused: 5 },
      { callee: "b:80", letThrough: 5, refused: 0 },
    ]);
  });

  test("lose none, and are never of more callees than are told apart", () => {
    fc.assert(
      fc.property(calls, calls, (one, other) => {
        const sum = addUnlisted(one, other);
        assert.deepEqual(totals(sum), totals([...one, ...other]));
        const named = sum.filter(({ callee }) => callee !== otherCallees);
        assert.ok(named.length <= unlistedCalleesMax);
        assert.equal(new Set(sum.map(({ callee }) => callee)).size, sum.length);
      }),
    );
  });
});
