import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { forEachSeed } from "#test/seeds";
import { type Call, Served, type Work } from "./served.ts";

const ms = 1e6;
const patienceNs = 2e9;

/** 200 calls a second are all that the processor can answer, however many instances there are. */
const work: Work = { waitNs: 10 * ms, cpuNs: 5 * ms, startNs: 1 * ms, isConcurrent: true };
const capacity = 200;
const seconds = 20;

interface Figures {
  readonly goodput: number;
  readonly p99Ms: number;
  readonly lateCount: number;
  readonly instances: number;
}

/** Of a load that lasts, without the time in which the governor gets to know it. */
async function under(part: number, seed: number, isConcurrent: boolean): Promise<Figures> {
  const served = new Served(seed, { ...work, isConcurrent }, { instancesMax: 8 });
  await served.load(part * capacity, 15, patienceNs);
  const calls = await served.load(part * capacity, seconds, patienceNs);
  await served.time.runFor(patienceNs);
  const answered = calls.filter(({ status }) => status === 200);
  return {
    goodput: answered.length / seconds,
    p99Ms: quantile(answered, 0.99),
    lateCount: calls.filter(({ isGone }) => isGone).length,
    instances: served.instancesMost,
  };
}

function quantile(calls: readonly Call[], part: number): number {
  const sorted = calls.map(({ tookNs }) => tookNs / ms).toSorted((a, b) => a - b);
  return sorted[Math.ceil(part * sorted.length) - 1] ?? 0;
}

suite("an endpoint on one processor", () => {
  for (const isConcurrent of [true, false]) {
    const kind = isConcurrent ? "many calls at once" : "one call after the other";
    test(`answers what it can under three times that, by ${kind}`, async () => {
      await forEachSeed(import.meta.filename, { count: 2 }, async (seed) => {
        const calm = await under(0.8, seed, isConcurrent);
        const over = await under(3, seed, isConcurrent);
        assert.ok(over.goodput >= 0.9 * capacity, `${over.goodput} a second`);
        assert.ok(over.p99Ms <= 3 * calm.p99Ms, `${over.p99Ms} ms, calm ${calm.p99Ms} ms`);
        assert.equal(over.lateCount, 0);
        assert.ok(calm.goodput >= 0.95 * 0.8 * capacity, `${calm.goodput} a second`);
        assert.ok(over.instances <= 8, `${over.instances} instances`);
      });
    });
  }

  test("meets a burst after it was idle with instances that were not there", async () => {
    await forEachSeed(import.meta.filename, { count: 2 }, async (seed) => {
      const served = new Served(seed, work);
      await served.load(10, 5);
      await served.time.runFor(700e9);
      assert.equal(served.instances, 0);
      const calls = await served.load(capacity / 2, 10);
      await served.time.runFor(patienceNs);
      const answered = calls.filter(({ status }) => status === 200);
      assert.ok(answered.length >= 0.98 * calls.length, `${answered.length} of ${calls.length}`);
      assert.ok(quantile(answered, 0.99) < 500, `${quantile(answered, 0.99)} ms`);
    });
  });

  test("has as many instances for a cold herd as it wants, and not one for each", async () => {
    await forEachSeed(import.meta.filename, { count: 2 }, async (seed) => {
      const served = new Served(seed, { ...work, isConcurrent: false }, { instancesMax: 500 });
      const calls = Array.from({ length: 1000 }, () => served.call(10e9));
      assert.equal(served.instances, 1);
      await served.time.runFor(12e9);
      const count = (status: number): number => calls.filter((it) => it.status === status).length;
      assert.deepEqual([count(200) + count(503), count(0)], [1000, 0]);
      assert.ok(count(200) >= 950, `${count(200)} answered`);
      assert.ok(served.instancesMost <= 50, `${served.instancesMost} instances`);
    });
  });
});
