import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { forEachSeed } from "#test/seeds";
import { TreeLife } from "./tree-life.ts";

suite("simulated tree", () => {
  test("keeps its promises through deaths, slow starts and ends, and operators", async () => {
    let startCount = 0;
    await forEachSeed(import.meta.filename, { count: 200 }, (seed) => {
      const life = new TreeLife(seed);
      for (let step = 0; step < 120; step++) life.step();
      life.calmDown();
      startCount += life.startCount;
      const views = [...life.tree.children()];
      const states = new Map(views.map((view) => [view.path, view.state]));
      for (const { path, state } of views) {
        const above = states.get(path.slice(0, Math.max(0, path.lastIndexOf("/"))));
        const isWanted = above === undefined || above === "up";
        const isSettled = state === "up" || state === "done" || state === "held";
        assert.ok(!isWanted || isSettled, `${path} is ${state} when all is calm`);
      }
      life.end();
      life.calmDown();
      assert.equal(life.livingCount, 0);
      assert.ok(life.tree.hasEnded);
    });
    assert.ok(startCount > 0, "some of the trees had processes");
  });
});
