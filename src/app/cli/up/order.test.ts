import assert from "node:assert/strict";
import { resolve } from "node:path";
import { suite, test } from "node:test";
import { readUpOrder } from "./order.ts";

/** The order that a command line with these options gives. */
function order(flags: Readonly<Record<string, string>>, environment = { HOME: "/h" }) {
  const given = Object.entries(flags).map(([name, value]) => [name, [value]] as const);
  return readUpOrder({ flags: new Map(given), positionals: [] }, environment);
}

suite("noos up: where its state is", () => {
  test("is what --data says, or the usual place", () => {
    assert.equal(order({ data: "state" }).dataFolder, resolve("state"));
    assert.equal(order({}).dataFolder, "/h/.local/state/noos");
  });

  // As with `--data "$STATE"` where nobody has set STATE: this directory would be filled.
  test("is not the directory one happens to be in because --data is empty", () => {
    assert.throws(() => order({ data: "" }), { code: "USAGE", message: /^--data is empty/ });
  });
});
