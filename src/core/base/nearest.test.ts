import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { editDistance, nearest } from "./nearest.ts";

suite("nearest", () => {
  const known = ["run", "check", "replay", "memory", "max-output"];

  const meant: readonly (readonly [typed: string, name: string])[] = [
    ["rnu", "run"],
    ["rum", "run"],
    ["chek", "check"],
    ["repaly", "replay"],
    ["max-ouput", "max-output"],
    ["maxoutput", "max-output"],
  ];
  for (const [typed, name] of meant) {
    test(`takes "${typed}" for "${name}"`, () => assert.equal(nearest(typed, known), name));
  }

  test("suggests nothing for another word", () => {
    for (const typed of ["", "install", "xyz", "colour"]) {
      assert.equal(nearest(typed, known), undefined, typed);
    }
  });

  test("counts a swap of neighbours as one slip", () => {
    assert.equal(editDistance("ab", "ba"), 1);
    assert.equal(editDistance("kitten", "sitting"), 3);
  });

  test("is a distance: nothing to itself, the same both ways, at most the longer word", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        assert.equal(editDistance(a, a), 0);
        assert.equal(editDistance(a, b), editDistance(b, a));
        assert.ok(editDistance(a, b) <= Math.max(a.length, b.length));
      }),
    );
  });
});
