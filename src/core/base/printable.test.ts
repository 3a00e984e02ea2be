import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { printable } from "./printable.ts";

suite("printable", () => {
  test("leaves what a terminal just shows", () => {
    const text = 'path "a\\b" of größe 日本 🙂 and more';
    assert.equal(printable(text), text);
  });

  test("escapes what a terminal obeys, in one byte or in two", () => {
    assert.equal(printable("\u001b[2J\u009b31m\u007f\u0007"), "\\u001b[2J\\u009b31m\\u007f\\u0007");
  });

  test("keeps a text on its line, and reading in its direction", () => {
    assert.equal(printable("a\r\nb\u2028c\u202ed"), "a\\u000d\\u000ab\\u2028c\\u202ed");
  });

  test("escapes halves of characters, and characters of two halves that show nothing", () => {
    assert.equal(printable("\ud800 \u{e0041}"), "\\ud800 \\udb40\\udc41");
  });

  test("leaves the meaning of a line of JSON as it was", () => {
    const record = { name: "\u001b\u009b\u202e\ud800\n" };
    const line = printable(JSON.stringify(record));
    assert.deepEqual(JSON.parse(line), record);
    assert.doesNotMatch(line, /[^ -~]/);
  });
});
