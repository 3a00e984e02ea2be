import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type LimitName, limits } from "#core/sys";
import { limitOptions, limitsFrom } from "./limit-options.ts";

suite("limit options", () => {
  test("are there for every limit of a process that is run alone", () => {
    const names = Object.keys(limits) as LimitName[];
    const without = names.filter((name) => !limitOptions.some(({ limit }) => limit === name));
    assert.deepEqual(without, ["children", "exchanges", "processes"]);
  });

  test("have names of their own", () => {
    assert.equal(new Set(limitOptions.map(({ name }) => name)).size, limitOptions.length);
  });

  test("become limits, and only those that were given", () => {
    const flags = new Map([
      ["memory", ["64MiB"]],
      ["timeout", ["30s"]],
      ["stats", [""]],
    ]);
    assert.deepEqual(limitsFrom({ flags, positionals: [] }), {
      memory: 64 * 2 ** 20,
      "wall-time": 30e9,
    });
  });
});
