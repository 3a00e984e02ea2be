import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { sizeOf } from "./terminal.ts";

suite("the size of a terminal", () => {
  test("is its own", () => {
    const size = { columns: 120, rows: 40 };
    assert.deepEqual(sizeOf({ isTTY: true, ...size }), size);
  });

  for (const [what, size] of [
    ["nothing is said of", { columns: undefined, rows: undefined }],
    ["has no columns", { columns: 0, rows: 24 }],
    ["has no rows", { columns: 80, rows: 0 }],
  ] as const) {
    test(`is not known where one ${what}`, () => {
      assert.equal(sizeOf({ isTTY: true, ...size }), undefined);
    });
  }

  test("is none of what is no terminal", () => {
    assert.equal(sizeOf({ isTTY: false, columns: 80, rows: 24 }), undefined);
  });
});
