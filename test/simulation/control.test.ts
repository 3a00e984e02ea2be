import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { forEachSeed } from "#test/seeds";
import { ControlLife } from "./control-life.ts";
import { keptControlSeeds, keptSpreadSeeds } from "./seeds.ts";

suite("simulated control", () => {
  test("keeps its promises through deaths, lost executors, full disks and operators", async () => {
    let startCount = 0;
    const seeds = { kept: keptControlSeeds, count: 1000 };
    await forEachSeed(import.meta.filename, seeds, async (seed) => {
      const life = new ControlLife(seed);
      for (let step = 0; step < 40; step++) life.step();
      await life.calmDown();
      await life.close();
      startCount += life.startCount;
    });
    assert.ok(startCount > 0, "some of the apps had processes");
  });

  test("keeps them for processes on several executors, through deploys of builds", async () => {
    const seeds = { kept: keptSpreadSeeds, count: 500 };
    let shareCount = 0;
    await forEachSeed(import.meta.filename, seeds, async (seed) => {
      const life = new ControlLife(seed, { isSpread: true });
      for (let step = 0; step < 40; step++) life.step();
      await life.calmDown();
      shareCount += life.shareCount;
      await life.close();
    });
    assert.ok(shareCount > 0, "many a process was on several executors");
  });
});
