import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { collector } from "./collector.ts";

suite("collector", () => {
  test("collects what nobody holds, and leaves no way to it behind", async () => {
    const held = new WeakRef({});
    // What a reference was asked for is held until the end of the turn.
    await turn();
    collector()({ type: "major", flavor: "last-resort", execution: "sync" });
    assert.equal(held.deref(), undefined);
    assert.equal("gc" in globalThis, false);
  });
});
