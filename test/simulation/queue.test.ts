import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { forEachSeed } from "#test/seeds";
import { simulatedQueueDisk, sqliteQueueDisk } from "./queue-disks.ts";
import { QueueLife } from "./queue-life.ts";

const disks = [
  { name: "simulated disk", make: simulatedQueueDisk, count: 60, steps: 250 },
  { name: "file of SQLite", make: sqliteQueueDisk, count: 6, steps: 150 },
];

suite("a queue's life", () => {
  for (const { name, make, count, steps } of disks) {
    test(`keeps every promise wherever its machine ends, on a ${name}`, async () => {
      let crashes = 0;
      let deliveries = 0;
      await forEachSeed(import.meta.filename, { count }, async (seed) => {
        const life = new QueueLife(seed, make());
        for (let step = 0; step < steps; step++) await life.step();
        await life.calmDown();
        crashes += life.crashCount;
        deliveries += life.witness.deliveryCount;
      });
      assert.ok(crashes > 0 && deliveries > 0, `${crashes} crashes, ${deliveries} deliveries`);
    });
  }
});
