import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  capacityEach,
  compare,
  type Comparison,
  FeedbackPolicy,
  overload,
  runScenario,
  type Scenario,
  shapes,
} from "#adapters/sim/load";
import { describeFinding } from "#pool/scale/finding";
import { forEachSeed } from "#test/seeds";

const seedCount = 2;

function shape(name: string): Scenario {
  const found = shapes.find((each) => each.name === name);
  assert.ok(found, `there is a shape "${name}"`);
  return found;
}

function forEachRun(
  scenario: Scenario,
  check: (runs: Comparison, seed: number) => void,
): Promise<void> {
  return forEachSeed(import.meta.filename, { count: seedCount }, (seed) =>
    check(compare(scenario, seed), seed),
  );
}

function atMost(name: string, value: number | undefined, bound: number): void {
  assert.ok(value !== undefined && value <= bound, `${name} is ${value}, ${bound} at most`);
}

suite("load shapes", () => {
  test("a step to ten times the load settles in less than half of Knative's time", async () => {
    await forEachRun(shape("step"), ({ noos, knative }) => {
      atMost("settling", noos.figures.settledSeconds, (knative.figures.settledSeconds ?? 0) / 2);
      atMost("overshoot", noos.figures.overshoot, 0.5);
      atMost("p99", noos.figures.p99Ms, knative.figures.p99Ms / 2);
      atMost("refused", noos.figures.refused, 0.005);
      atMost("cost", noos.figures.cost, 1.8);
    });
  });

  test("a ramp is followed without turning round", async () => {
    await forEachRun(shape("ramp"), ({ noos }) => {
      atMost("turns", noos.figures.turns, 0);
      atMost("cost", noos.figures.cost, 1.3);
      atMost("refused", noos.figures.refused, 0.001);
    });
  });

  test("a sine is followed without oscillation: one turn for each of its own", async () => {
    await forEachRun(shape("sine"), ({ noos, knative }) => {
      atMost("turns", noos.figures.turns, 8);
      assert.ok(knative.figures.turns > noos.figures.turns);
      atMost("p99", noos.figures.p99Ms, 350);
      atMost("cost", noos.figures.cost, 1.6);
    });
  });

  test("a burst after idle is served, and its instances are gone soon", async () => {
    await forEachRun(shape("burst after idle"), ({ noos, knative }) => {
      assert.ok(noos.figures.goodput >= 0.95, `goodput is ${noos.figures.goodput}`);
      atMost("cost", noos.figures.cost, knative.figures.cost / 2);
      assert.equal(noos.timeline.moments.at(-1)?.instances, 0);
    });
  });

  test("a dependency that became slow is not mistaken for a queue", async () => {
    await forEachRun(shape("slow dependency"), ({ noos }) => {
      assert.ok(noos.figures.goodput >= 0.95, `goodput is ${noos.figures.goodput}`);
      atMost("overshoot", noos.figures.overshoot, 1);
    });
  });

  test("a retry storm ends when its cause does", async () => {
    await forEachRun(shape("retry storm"), ({ noos, knative }) => {
      const after = noos.timeline.moments.slice(90);
      const lost = after.reduce((sum, { refused, late }) => sum + refused + late, 0);
      const offered = after.reduce((sum, moment) => sum + moment.offered, 0);
      assert.ok(lost <= offered / 50, `${lost} of ${offered} lost after the stall`);
      assert.ok(knative.figures.goodput < 0.2, "without admission it never ends");
    });
  });

  for (const name of ["Pareto times", "lognormal times"]) {
    test(`${name} of service, which scatter by decades, refuse next to nobody`, async () => {
      await forEachRun(shape(name), ({ noos, knative }) => {
        atMost("refused", noos.figures.refused, 0.003);
        atMost("cost", noos.figures.cost, knative.figures.cost);
      });
    });
  }
});

suite("overload", () => {
  for (const isCold of [false, true]) {
    const when = isCold ? "from the first moment" : "after a calm";
    test(`at three times capacity ${when} keeps goodput and times`, async () => {
      const heavy = overload(3, { isCold });
      await forEachSeed(import.meta.filename, { count: seedCount }, (seed) => {
        const calm = compare(overload(0.8, { isCold: false }), seed).noos.figures;
        const { noos, knative } = compare(heavy, seed);
        assert.ok(noos.figures.goodput >= 0.9, `goodput is ${noos.figures.goodput}`);
        atMost("p99 of admitted", noos.figures.p99Ms, 3 * calm.p99Ms);
        assert.ok(knative.figures.goodput < 0.1, "without admission there is none");
      });
    });
  }

  test("refuses nobody at 0.8 of capacity", async () => {
    await forEachRun(overload(0.8, { isCold: false }), ({ noos }) => {
      assert.equal(noos.figures.refused, 0);
    });
  });
});

suite("the model", () => {
  test("runs the same from the same seed", () => {
    const scenario = { ...shape("step"), seconds: 70 };
    assert.deepEqual(compare(scenario, 5), compare(scenario, 5));
  });

  test("answers what its instances can, and no more", () => {
    const scenario = overload(3, { isCold: true });
    const { noos } = compare(scenario, 1);
    const most = capacityEach(scenario, 0) * scenario.max;
    const answered = noos.timeline.moments.reduce((sum, moment) => sum + moment.answered, 0);
    assert.ok(answered <= most * scenario.seconds * 1.05, `${answered} answers`);
  });

  test("keeps findings of what was decided and why, a few of each controller", () => {
    const scenario = { ...shape("step"), seconds: 70 };
    const { min, max, atOnceMax, keepNs } = scenario;
    const policy = new FeedbackPolicy({ min, max, atOnceMax }, keepNs);
    runScenario(scenario, policy, 1);
    const findings = policy.findings();
    assert.ok(findings.length <= 64);
    assert.ok(findings.some(({ why }) => why === "panic"));
    for (const by of ["replicas", "limit", "idle"]) {
      assert.ok(
        findings.some((finding) => finding.by === by),
        `${by} explains itself`,
      );
    }
    for (const finding of findings) assert.match(describeFinding(finding), /^\w+: .+: .+/);
  });
});
