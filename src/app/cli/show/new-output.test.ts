import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { NewOutput } from "./new-output.ts";

/** What is new of looks at these texts, each kept from `start`. */
function news(
  ...looks: readonly (readonly [start: number, text: string, end?: number])[]
): unknown {
  const output = new NewOutput();
  return looks.map(([startBytes, text, end]) => {
    const endBytes = end ?? startBytes + Buffer.byteLength(text);
    const { lostBytes, bytes } = output.of({ path: "a/x", text, startBytes, endBytes });
    return [lostBytes, Buffer.from(bytes).toString()];
  });
}

suite("new output", () => {
  test("is all of it at first, and then what was added", () => {
    assert.deepEqual(news([0, "one\n"], [0, "one\ntwo\n"], [0, "one\ntwo\n"]), [
      [0, "one\n"],
      [0, "two\n"],
      [0, ""],
    ]);
  });

  test("goes on where the beginning is no longer kept", () => {
    assert.deepEqual(news([0, "abcd"], [2, "cdef"]), [
      [0, "abcd"],
      [0, "ef"],
    ]);
  });

  test("says how much was lost between two looks, and before the first", () => {
    assert.deepEqual(news([5, "abcd"], [20, "xyz"]), [
      [5, "abcd"],
      [11, "xyz"],
    ]);
  });

  test("begins anew where the count does", () => {
    assert.deepEqual(news([0, "abcdef"], [0, "new"]), [
      [0, "abcdef"],
      [0, "new"],
    ]);
  });

  test("never cuts a character, also after what is no UTF-8", () => {
    assert.deepEqual(news([0, "é"], [0, "éü"], [0, "éü\ufffdz", 6]), [
      [0, "é"],
      [0, "ü"],
      [0, "z"],
    ]);
  });
});
