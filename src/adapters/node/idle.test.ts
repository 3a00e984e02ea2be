import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { IdleWatch } from "./idle.ts";

const MB = 1e6;
const start = { atMs: 0, cpuMs: 100, heapBytes: 10 * MB };

suite("idle watch", () => {
  test("is due when the heap has grown and nothing is done any more", () => {
    const watch = new IdleWatch(start);
    const burst = { atMs: 5000, cpuMs: 900, heapBytes: 90 * MB };
    assert.equal(watch.isDue(burst), false);
    assert.equal(watch.isDue({ ...burst, atMs: 10_000, cpuMs: 1001 }), false);
    assert.equal(watch.isDue({ ...burst, atMs: 15_000, cpuMs: 1101 }), true);
  });

  test("is not due where there is little to be had", () => {
    const watch = new IdleWatch(start);
    assert.equal(watch.isDue({ ...start, atMs: 5000, heapBytes: 15 * MB }), false);
  });

  test("is due once for each burst", () => {
    const watch = new IdleWatch(start);
    const idle = { ...start, atMs: 5000, heapBytes: 90 * MB };
    assert.equal(watch.isDue(idle), true);
    watch.gaveBack({ atMs: 5300, cpuMs: 400, heapBytes: 50 * MB });
    const after = { atMs: 10_300, cpuMs: 400, heapBytes: 51 * MB };
    assert.equal(watch.isDue(after), false);
    assert.equal(watch.isDue({ ...after, atMs: 15_300, heapBytes: 60 * MB }), true);
  });
});
