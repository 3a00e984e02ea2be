import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Recent } from "./recent.ts";

suite("recent", () => {
  test("answers one object to all who want the same", () => {
    const recent = new Recent<object>(2);
    const first = recent.get("a", () => ({}));
    assert.equal(
      recent.get("a", () => ({})),
      first,
    );
    assert.notEqual(
      recent.get("b", () => ({})),
      first,
    );
  });

  test("keeps so many, those that were wanted last", () => {
    const recent = new Recent<string>(2);
    const made: string[] = [];
    const get = (key: string): string =>
      recent.get(key, () => {
        made.push(key);
        return key;
      });
    for (const key of ["a", "b", "a", "c", "a", "b"]) assert.equal(get(key), key);
    assert.deepEqual(made, ["a", "b", "c", "b"]);
  });

  test("makes nothing of what cannot be made", () => {
    const recent = new Recent<string>(1);
    assert.throws(() =>
      recent.get("a", () => {
        throw new RangeError("no");
      }),
    );
    assert.equal(
      recent.get("a", () => "made"),
      "made",
    );
  });
});
