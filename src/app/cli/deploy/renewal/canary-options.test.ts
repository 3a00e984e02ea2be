import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { PlatformError } from "#core/sys";
import { readCanary } from "#app/cli/deploy/renewal";

function read(flags: Readonly<Record<string, string>>): ReturnType<typeof readCanary> {
  return readCanary({ flags: new Map(Object.entries(flags).map(([name, at]) => [name, [at]])) });
}

suite("options of a canary", () => {
  test("say which part of the calls, and for how long", () => {
    assert.equal(read({}), undefined);
    assert.deepEqual(read({ canary: "5%" }), { part: 0.05 });
    assert.deepEqual(read({ canary: "12.5", for: "10m" }), { part: 0.125, forNs: 600e9 });
    assert.deepEqual(read({ canary: "100%" }), { part: 1 });
  });

  for (const [flags, message] of [
    [{ canary: "0%" }, /cannot use --canary "0%": expected a part of all calls/],
    [{ canary: "101%" }, /--canary "101%"/],
    [{ canary: "half" }, /--canary "half"/],
    [{ canary: "5%", for: "long" }, /--for "long": expected a duration such as 10m/],
    [{ canary: "5%", for: "0s" }, /--for "0s"/],
    [{ for: "10m" }, /--for says how long, and not of what/],
  ] as const) {
    test(`are refused: ${JSON.stringify(flags)}`, () => {
      assert.throws(
        () => read(flags),
        (error) => error instanceof PlatformError && message.test(error.message),
      );
    });
  }
});
