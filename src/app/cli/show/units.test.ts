import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { formatAge, formatCpu, formatShare } from "./units.ts";

const second = 1e9;

suite("units", () => {
  const ages: readonly (readonly [seconds: number, text: string])[] = [
    [0, "0s"],
    [59.9, "59s"],
    [60, "1m0s"],
    [3599, "59m59s"],
    [3600, "1h0m"],
    [86_399, "23h59m"],
    [86_400, "1d0h"],
    [200 * 86_400, "200d0h"],
  ];
  for (const [seconds, text] of ages) {
    test(`show an age of ${seconds} s as ${text}`, () => {
      assert.equal(formatAge(seconds * second), text);
    });
  }

  const times: readonly (readonly [seconds: number, text: string])[] = [
    [0, "0.00s"],
    [0.124, "0.12s"],
    [41.52, "41.5s"],
    [312, "5m12s"],
  ];
  for (const [seconds, text] of times) {
    test(`show ${seconds} s of a processor as ${text}`, () => {
      assert.equal(formatCpu(seconds * second), text);
    });
  }

  test("show a share of a core, also of more than one", () => {
    assert.deepEqual([0, 0.0042, 1.99].map(formatShare), ["0.0%", "0.4%", "199.0%"]);
  });
});
