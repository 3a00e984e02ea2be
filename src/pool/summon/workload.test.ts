import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import { defaultServePolicy, type ServePolicy } from "#pool/host";
import { Workload, type WorkloadView } from "#pool/summon";

const ms = 1e6;

/** The workload of a process whose instances a test plays. */
class Bench {
  readonly host: SimulatedHost = simulatedHost({ seed: 1 });
  view: WorkloadView = { ready: 0, starting: 0, hungry: 0 };
  policy: ServePolicy = { ...defaultServePolicy, instancesMax: 3 };
  readonly told: number[] = [];
  readonly wanted: number[] = [];
  readonly workload: Workload = new Workload({
    clock: this.host.time,
    turns: this.host.time,
    policy: () => this.policy,
    view: () => this.view,
    want: (instances) => this.wanted.push(instances),
    tell: (most) => this.told.push(most),
  });

  async waits(readyCount: number, oldestNs = 0): Promise<this> {
    this.workload.waits({ readyCount, oldestNs, arrivedCount: 0 });
    return this.pass(0);
  }

  async pass(ns: number): Promise<this> {
    await this.host.time.runFor(ns);
    return this;
  }
}

suite("workload", () => {
  test("wants an instance for what waits, and none any more when nothing does", async () => {
    const bench = await new Bench().waits(1);
    assert.deepEqual(bench.wanted, [1]);
    await bench.waits(0);
    assert.deepEqual(bench.wanted, [1, 0]);
  });

  test("has room for what instances ask for, which is told when it is another", async () => {
    const bench = await new Bench().waits(1);
    assert.deepEqual(bench.told, []);
    bench.view = { ready: 2, starting: 0, hungry: 2 };
    bench.workload.hasRoom();
    bench.workload.hasRoom();
    await bench.pass(0);
    assert.deepEqual(bench.told, [2]);
    // One takes a message, and is hungry no more.
    bench.workload.began();
    bench.view = { ready: 2, starting: 0, hungry: 1 };
    bench.workload.hasRoom();
    await bench.pass(0);
    assert.deepEqual(bench.told, [2]);
  });

  test("is no consumer's, and says nothing, before something waited", async () => {
    const bench = new Bench();
    bench.view = { ready: 1, starting: 0, hungry: 1 };
    bench.workload.hasRoom();
    await bench.pass(ms);
    assert.deepEqual(bench.told, []);
  });

  test("says its room anew after something that no instance had", async () => {
    const bench = await new Bench().waits(1);
    bench.view = { ready: 1, starting: 0, hungry: 1 };
    bench.workload.hasRoom();
    await bench.pass(0);
    bench.workload.began();
    bench.workload.ended(false);
    await bench.pass(0);
    assert.deepEqual(bench.told, [1, 1]);
  });

  test("fetches ahead what is done fast, and nothing that takes long", async () => {
    for (const [tookNs, most] of [
      [1 * ms, 21],
      [100 * ms, 1],
    ] as const) {
      const bench = await new Bench().waits(50);
      bench.view = { ready: 1, starting: 0, hungry: 0 };
      for (let done = 0; done < 5; done++) {
        bench.workload.began();
        await bench.pass(tookNs);
        bench.workload.ended(true);
      }
      bench.view = { ready: 1, starting: 0, hungry: 1 };
      bench.workload.hasRoom();
      await bench.pass(0);
      assert.equal(bench.told.at(-1), most, `${tookNs} ns`);
    }
  });

  test("wants more instances the longer what waits will take, up to the most", async () => {
    const bench = await new Bench().waits(10);
    bench.view = { ready: 1, starting: 0, hungry: 0 };
    for (let step = 0; step < 20; step++) {
      bench.workload.began();
      await bench.pass(1000 * ms);
      bench.workload.ended(true);
      await bench.waits(100, step * 1000 * ms);
    }
    assert.equal(bench.wanted.at(-1), 3);
  });
});
