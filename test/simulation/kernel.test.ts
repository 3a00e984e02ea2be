import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { forEachSeed } from "#test/seeds";
import { keptSeeds } from "./seeds.ts";
import { World } from "./world.ts";

const stepsPerSeed = 120;

suite("simulated kernel", () => {
  test("keeps its promises whatever its processes do and whatever is done to them", async () => {
    await forEachSeed(import.meta.filename, { kept: keptSeeds, count: 25 }, async (seed) => {
      await new World(seed).live(stepsPerSeed);
    });
  });

  test("does the same again from the same seed", async () => {
    await forEachSeed(import.meta.filename, { kept: keptSeeds, count: 4 }, async (seed) => {
      const [first, second] = [new World(seed), new World(seed)];
      await first.live(stepsPerSeed);
      await second.live(stepsPerSeed);
      assert.deepEqual(second.trace, first.trace);
      assert.ok(first.trace.length > stepsPerSeed / 4);
    });
  });
});
