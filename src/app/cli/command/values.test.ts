import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { PlatformError } from "#core/sys";
import { readLimit } from "./values.ts";

const MiB = 2 ** 20;

suite("values: limits", () => {
  test("are read in the unit of their row", () => {
    assert.equal(readLimit("memory", { option: "memory", found: "64MiB" }), 64 * MiB);
    assert.equal(readLimit("wall-time", { option: "timeout", found: "2m" }), 120e9);
  });
  test("are unlimited where that is allowed", () => {
    assert.equal(readLimit("output", { option: "max-output", found: "unlimited" }), Infinity);
    assert.throws(() => readLimit("memory", { option: "memory", found: "unlimited" }), {
      code: "USAGE",
    });
  });
  test("name the option, what was found and what was expected", () => {
    assert.throws(
      () => readLimit("wall-time", { option: "timeout", found: "soon" }),
      new PlatformError(`cannot use --timeout "soon": expected a duration such as 10s or 500ms`, {
        code: "USAGE",
        hint: "noos help run",
      }),
    );
  });
  test("lead to the help of the command they were given to", () => {
    const given = { option: "memory", found: "lots", command: "check" };
    assert.throws(() => readLimit("memory", given), { hint: "noos help check" });
  });
  test("name the range they are outside of", () => {
    assert.throws(() => readLimit("descriptors", { option: "descriptors", found: "2" }), {
      code: "LIMIT_OUT_OF_RANGE",
      message: `cannot use --descriptors "2": it goes from 3 to 65536`,
    });
  });
});
