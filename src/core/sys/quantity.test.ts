import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { parseBytes, parseCount, parseDuration, parseShare } from "./quantity.ts";

const MiB = 2 ** 20;

suite("quantity: bytes", () => {
  const read: readonly (readonly [text: string, bytes: number])[] = [
    ["0", 0],
    ["1000", 1000],
    ["12B", 12],
    ["64KiB", 65_536],
    ["64MiB", 64 * MiB],
    ["64M", 64 * MiB],
    ["64m", 64 * MiB],
    ["64MB", 64e6],
    ["1GiB", 1024 * MiB],
    ["1.5GiB", 1536 * MiB],
    ["2 TiB", 2 ** 41],
    ["1.3KiB", 1331],
  ];
  for (const [text, bytes] of read) {
    test(`reads "${text}" as ${bytes}`, () => assert.equal(parseBytes(text), bytes));
  }
  for (const text of [
    "",
    "MiB",
    "1.5.2M",
    "1.5",
    "0.5B",
    "-1",
    "1e9",
    "0x10",
    "64Mi",
    "1 GiB 2",
    "∞",
    "9999999TiB",
  ]) {
    test(`does not read "${text}"`, () => assert.equal(parseBytes(text), undefined));
  }
});

suite("quantity: durations", () => {
  const read: readonly (readonly [text: string, ns: number])[] = [
    ["10s", 10e9],
    ["500ms", 500e6],
    ["250us", 250e3],
    ["250µs", 250e3],
    ["5ns", 5],
    ["2m", 120e9],
    ["2min", 120e9],
    ["1h", 3600e9],
    ["1.5s", 1.5e9],
    ["1m30s", 90e9],
    ["1h 30m", 5400e9],
  ];
  for (const [text, ns] of read) {
    test(`reads "${text}" as ${ns} ns`, () => assert.equal(parseDuration(text), ns));
  }
  for (const text of ["", "10", "s", "10 parsecs", "-1s", "1s2", "10S"]) {
    test(`does not read "${text}"`, () => assert.equal(parseDuration(text), undefined));
  }
});

suite("quantity: numbers", () => {
  test("reads whole numbers, with _ between digits", () => {
    assert.equal(parseCount("8000"), 8000);
    assert.equal(parseCount("1_000_000"), 1_000_000);
  });
  test("does not read what is no whole number", () => {
    for (const text of ["", "1.5", "-1", "_1", "1_", "1e3", "99999999999999999999"]) {
      assert.equal(parseCount(text), undefined, text);
    }
  });
  test("reads a part of a core as a number or in percent", () => {
    assert.equal(parseShare("0.5"), 0.5);
    assert.equal(parseShare(".25"), 0.25);
    assert.equal(parseShare("50%"), 0.5);
    assert.equal(parseShare("half"), undefined);
  });
  test("never answer anything but undefined or a number that is none below zero", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const parse of [parseBytes, parseDuration, parseCount, parseShare]) {
          const value = parse(text);
          assert.ok(value === undefined || value >= 0, `${text}: ${value}`);
        }
      }),
    );
  });
});
