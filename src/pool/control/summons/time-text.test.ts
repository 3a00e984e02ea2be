import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { timeText } from "./time-text.ts";

test("a moment is written as dates of the language write it", () => {
  const lastMs = 253_402_300_799_999;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: lastMs }), (ms) => {
      // oxlint-disable-next-line no-restricted-globals -- it writes a moment, and reads no clock
      assert.equal(timeText(ms), new Date(ms).toISOString());
    }),
  );
});
