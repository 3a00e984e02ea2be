import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SeededRandom } from "#core/base";
import { Agenda } from "./agenda.ts";
import { constant, type Draw, exponential, lognormal, pareto } from "./draw.ts";
import { figuresOf } from "./figures.ts";
import type { Policy } from "./policy.ts";
import { runScenario } from "./run-scenario.ts";
import { capacityEach, optimumCount, type Scenario } from "./scenario.ts";
import { SimulatedInstance } from "./simulated-instance.ts";
import { quantile, type Timeline } from "./timeline.ts";

const ms = 1e6;

/** One instance, one call at a time, nobody refused: a queue that books have a formula for. */
const plain: Policy = {
  tickNs: 1e9,
  arrived: (_now, view) =>
    view.waitingCount === 0 && view.inFlightCount < view.readyCount
      ? { kind: "admit" }
      : { kind: "wait", atMostNs: Infinity },
  limit: (view) => view.readyCount,
  began: () => undefined,
  ended: () => undefined,
  step: () => 1,
  findings: () => [],
};

const queue: Scenario = {
  name: "queue",
  about: "one server",
  seconds: 2000,
  rate: () => 10,
  times: () => ({ wait: constant(0), cpu: exponential(50 * ms) }),
  startNs: constant(0),
  patienceNs: 1e12,
  retries: undefined,
  min: 1,
  max: 1,
  atOnceMax: 1,
  keepNs: 1e9,
};

suite("draws", () => {
  for (const [name, draw] of Object.entries({
    exponential: exponential(20),
    lognormal: lognormal(20, 1),
    pareto: pareto(20, 2.5),
  } satisfies Record<string, Draw>)) {
    test(`of ${name} have their mean`, () => {
      const random = new SeededRandom(1);
      let sum = 0;
      for (let count = 0; count < 200_000; count++) sum += draw.draw(random);
      assert.ok(Math.abs(sum / 200_000 - 20) < 0.5, `mean ${sum / 200_000}`);
    });
  }
});

suite("simulated instance", () => {
  function times(works: readonly { waitNs: number; cpuNs: number }[]): readonly number[] {
    const agenda = new Agenda();
    const instance = new SimulatedInstance(agenda, { usedNs: 0 });
    const done: number[] = [];
    for (const [index, work] of works.entries()) {
      instance.begin(work, () => (done[index] = agenda.nowNs));
    }
    agenda.runUntil(1e12);
    return done;
  }

  test("computes for all its calls side by side", () => {
    const work = { waitNs: 0, cpuNs: 100 };
    assert.deepEqual(times([work, work, { waitNs: 0, cpuNs: 50 }]), [250, 250, 150]);
  });

  test("waits for all of them at once", () => {
    const work = { waitNs: 100, cpuNs: 0 };
    assert.deepEqual(times([work, work]), [100, 100]);
  });

  test("counts what it computes, and not what it waits", () => {
    const agenda = new Agenda();
    const cpu = { usedNs: 0 };
    const instance = new SimulatedInstance(agenda, cpu);
    for (const waitNs of [0, 500]) instance.begin({ waitNs, cpuNs: 100 }, () => undefined);
    agenda.runUntil(1e6);
    assert.equal(cpu.usedNs, 200);
  });
});

suite("simulated service", () => {
  test("takes as long as queueing theory says: M/M/1 at half its capacity", () => {
    const took = runScenario(queue, plain, 3).tookMs.flat();
    const mean = took.reduce((sum, each) => sum + each, 0) / took.length;
    // The mean time in such a system is 50 ms / (1 − 0.5).
    assert.ok(Math.abs(mean - 100) < 8, `mean ${mean} ms`);
  });

  test("loses no caller", () => {
    const scenario = { ...queue, seconds: 100, patienceNs: 100 * ms };
    const { moments } = runScenario(scenario, plain, 3);
    const offered = moments.reduce((sum, each) => sum + each.offered, 0);
    const told = moments.reduce((sum, { answered, late, refused }) => {
      return sum + answered + late + refused;
    }, 0);
    assert.ok(offered - told <= 2, `${offered} came, ${told} were told`);
  });

  test("has callers try again as often as they may", () => {
    const refusing: Policy = {
      ...plain,
      arrived: () => ({ kind: "refuse", why: "line-full", retryAfterMs: 1000 }),
    };
    const retries = { attemptsMax: 3, delayNs: 10 * ms, heedRetryAfter: false };
    const { moments } = runScenario({ ...queue, seconds: 50, retries }, refusing, 1);
    const offered = moments.reduce((sum, each) => sum + each.offered, 0);
    const refused = moments.reduce((sum, each) => sum + each.refused, 0);
    assert.ok(refused >= 3 * offered - 3 && refused <= 3 * offered);
  });

  test("knows what an instance can do, and how many the optimum has", () => {
    assert.equal(capacityEach(queue, 0), 20);
    assert.equal(optimumCount({ ...queue, max: 9, rate: () => 100 }, 0), 7);
  });
});

suite("figures", () => {
  function timeline(instances: readonly number[]): Timeline {
    const moments = instances.map((count, second) => ({
      second,
      offered: 10,
      answered: 10,
      refused: 0,
      late: 0,
      instances: count,
      optimum: 4,
      p99Ms: 1,
    }));
    return { moments, tookMs: moments.map(() => [1]) };
  }

  const flat = (length: number, count: number): readonly number[] =>
    Array.from({ length }, () => count);

  test("count the seconds until the number of instances stays where it ends", () => {
    const scenario = { ...queue, step: { at: 10, until: 60 } };
    const counts = [...flat(10, 2), ...flat(5, 12), ...flat(45, 8)];
    assert.equal(figuresOf(scenario, timeline(counts)).settledSeconds, 5);
  });

  test("count turns, and no small change for one", () => {
    const wave = [...flat(5, 4), ...flat(5, 20), 21, 20, 21, 20, ...flat(5, 4), ...flat(5, 20)];
    assert.equal(figuresOf(queue, timeline(wave)).turns, 2);
  });

  test("compare with the optimum", () => {
    const figures = figuresOf(queue, timeline(flat(10, 6)));
    assert.deepEqual([figures.cost, figures.overshoot], [1.5, 0.5]);
  });

  test("take a quantile as a value that was there", () => {
    assert.deepEqual([quantile([3, 1, 2], 0.5), quantile([], 0.99)], [2, 0]);
  });
});
