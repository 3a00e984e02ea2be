import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ExitReason } from "#core/sys";
import { endTexts } from "./ends.ts";

function trapped(...names: readonly string[]): ExitReason {
  const stack = names.map((functionName) => ({ functionName, functionIndex: 1, offset: 2 }));
  return { kind: "trapped", what: "unreachable", stack };
}

suite("two ends", () => {
  test("are the same traps if one stack was only seen less deep", () => {
    const { recorded, found } = endTexts(trapped("a", "b"), trapped("a", "b", "c", "d"));
    assert.equal(recorded, found);
  });

  test("are different traps if the same place was come to in another way", () => {
    const { recorded, found } = endTexts(trapped("a", "b"), trapped("a", "c", "b"));
    assert.notEqual(recorded, found);
    assert.match(found, /in a < c$/);
  });

  test("differ if only one is a trap", () => {
    const { recorded, found } = endTexts(trapped("a"), { kind: "exited", code: 0 });
    assert.notEqual(recorded, found);
  });
});
