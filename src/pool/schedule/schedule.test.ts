import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { calendar } from "#adapters/calendar";
import { SeededRandom } from "#core/base";
import { beginState, type MissedPolicy, parseSchedule, planRun, settleRun } from "./mod.ts";
import type { RunPlan, Schedule, ScheduleState } from "./mod.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

// oxlint-disable-next-line no-restricted-globals -- it reads a constant, and no clock
const at = (text: string): number => Date.parse(text);

const every = (text: string): Schedule => parseSchedule({ every: text }, calendar);
const cron = (text: string, zone?: string): Schedule =>
  parseSchedule({ cron: text, zone }, calendar);

/** A daemon that keeps the state of one schedule, and what it did. */
class Scene {
  readonly schedule: Schedule;
  readonly policy: MissedPolicy;
  state: ScheduleState;

  constructor(schedule: Schedule, nowMs: number, policy: MissedPolicy = "run-once") {
    this.schedule = schedule;
    this.policy = policy;
    this.state = beginState(nowMs);
  }

  plan(nowMs: number, isRestart = false): RunPlan {
    const plan = planRun(this.schedule, this.state, { nowMs, policy: this.policy, isRestart });
    // What is kept is data, and nothing is lost on the way.
    this.state = JSON.parse(JSON.stringify(plan.state)) as ScheduleState;
    assert.deepEqual(this.state, plan.state);
    return plan;
  }

  /** Plans, and ends what it begins at once. */
  look(nowMs: number): RunPlan {
    const plan = this.plan(nowMs);
    if (plan.run !== undefined) this.state = settleRun(this.state);
    return plan;
  }
}

suite("a schedule", () => {
  test("is due every so often, counted from when it was first seen", () => {
    const scene = new Scene(every("5m"), 1000);
    assert.equal(scene.schedule.text, "every 5m");
    assert.deepEqual(scene.look(1000).nextAtMs, 1000 + 5 * minute);
    assert.equal(scene.look(1000 + 5 * minute - 1).run, undefined);
    const { run, missed, nextAtMs } = scene.look(1000 + 5 * minute);
    assert.deepEqual(run, { dueMs: 1000 + 5 * minute, why: "due" });
    assert.equal(missed, undefined);
    assert.equal(nextAtMs, 1000 + 10 * minute);
  });

  test("is due by the clock on the wall of a zone", () => {
    const scene = new Scene(cron("30 2 * * *", "Europe/Berlin"), at("2026-06-20T00:00:00Z"));
    assert.equal(scene.schedule.text, "cron 30 2 * * * (Europe/Berlin)");
    assert.equal(scene.look(at("2026-06-20T00:29:59Z")).run, undefined);
    const { run, nextAtMs } = scene.look(at("2026-06-20T00:30:00Z"));
    assert.deepEqual(run, { dueMs: at("2026-06-20T00:30:00Z"), why: "due" });
    assert.equal(nextAtMs, at("2026-06-21T00:30:00Z"));
  });

  test("is refused when it is none, or two", () => {
    const refused = [
      {},
      { zone: "UTC" },
      { every: "5m", cron: "* * * * *" },
      { every: "5m", zone: "UTC" },
      { every: "5 parsecs" },
      { every: "500ms" },
      { every: "10000h" },
      { cron: "x" },
    ];
    for (const text of refused) {
      assert.throws(() => parseSchedule(text, calendar), { code: "SCHEDULE_INVALID" });
    }
  });

  test("says how many times there were, and stops counting somewhere", () => {
    const times = cron("* * * * *").between(0, 3 * minute, 0);
    assert.deepEqual(times, { count: 3, isAtLeast: false, firstMs: minute, lastMs: 3 * minute });
    const untilMs = at("2026-06-20T00:00:30Z");
    const many = cron("*/2 * * * *").between(0, untilMs, 0);
    assert.deepEqual([many.count, many.isAtLeast], [1000, true]);
    assert.equal(many.lastMs, at("2026-06-20T00:00:00Z"));
    assert.equal(every("1s").between(0, untilMs, 0).count, untilMs / 1000);
  });
});

suite("a run", () => {
  test("has ended before the next one begins, which is late then", () => {
    const scene = new Scene(every("5m"), 0);
    assert.ok(scene.plan(5 * minute).run !== undefined);
    const meanwhile = scene.plan(10 * minute);
    assert.deepEqual([meanwhile.run, meanwhile.nextAtMs], [undefined, undefined]);
    scene.state = settleRun(scene.state);
    assert.deepEqual(scene.plan(10 * minute + 30_000).run, { dueMs: 10 * minute, why: "due" });
  });

  test("is done once more when a crash left open whether it ended", () => {
    const scene = new Scene(every("5m"), 0);
    scene.plan(5 * minute);
    const { run, missed } = scene.plan(6 * minute, true);
    assert.deepEqual([run, missed], [{ dueMs: 5 * minute, why: "interrupted" }, undefined]);
    scene.state = settleRun(scene.state);
    assert.equal(scene.plan(7 * minute, true).run, undefined);
  });

  test("is named when it was interrupted and is not done again", () => {
    const scene = new Scene(every("5m"), 0, "skip");
    scene.plan(5 * minute);
    const { run, missed } = scene.plan(7 * minute, true);
    assert.equal(run, undefined);
    assert.deepEqual(missed, {
      count: 1,
      isAtLeast: false,
      sinceMs: 5 * minute,
      policy: "skip",
    });
  });
});

suite("missed times", () => {
  const missed = { count: 3, isAtLeast: false, sinceMs: hour };

  test("are made up for by one run, and named", () => {
    const scene = new Scene(every("1h"), 0);
    const plan = scene.look(3 * hour + 10 * minute);
    assert.deepEqual(plan.run, { dueMs: 3 * hour, why: "missed" });
    assert.deepEqual(plan.missed, { ...missed, policy: "run-once" });
    assert.equal(plan.nextAtMs, 4 * hour);
    assert.equal(scene.look(3 * hour + 20 * minute).run, undefined);
  });

  test("are skipped and named, if that is the policy", () => {
    const scene = new Scene(every("1h"), 0, "skip");
    const plan = scene.look(3 * hour + 10 * minute);
    assert.equal(plan.run, undefined);
    assert.deepEqual(plan.missed, { ...missed, policy: "skip" });
    assert.deepEqual(scene.look(4 * hour).run, { dueMs: 4 * hour, why: "due" });
  });

  test("are those before one that is on time", () => {
    const scene = new Scene(every("1h"), 0, "skip");
    const plan = scene.look(4 * hour + 1000);
    assert.deepEqual(plan.run, { dueMs: 4 * hour, why: "due" });
    assert.deepEqual(plan.missed, { ...missed, policy: "skip" });
  });
});

suite("a clock that steps", () => {
  test("forward has what it left out named, and made up for once", () => {
    const scene = new Scene(cron("0 * * * *"), 10 * day);
    const plan = scene.look(10 * day + 5 * hour + 30 * minute);
    assert.deepEqual([plan.run?.why, plan.missed?.count], ["missed", 5]);
    assert.equal(scene.look(10 * day + 5 * hour + 31 * minute).run, undefined);
  });

  test("back by a little does not have a time on the wall come twice", () => {
    const scene = new Scene(cron("0 * * * *"), 10 * day);
    assert.ok(scene.look(10 * day + hour).run !== undefined);
    const { run, nextAtMs } = scene.look(10 * day + 40 * minute);
    assert.deepEqual([run, nextAtMs], [undefined, 10 * day + 2 * hour]);
    assert.equal(scene.look(10 * day + hour).run, undefined);
    assert.ok(scene.look(10 * day + 2 * hour).run !== undefined);
  });

  test("back by a little does not stop what comes every so often", () => {
    const scene = new Scene(every("5m"), 10 * day);
    assert.ok(scene.look(10 * day + 5 * minute).run !== undefined);
    const { run, nextAtMs } = scene.look(10 * day - 30 * minute);
    assert.deepEqual([run, nextAtMs], [undefined, 10 * day - 25 * minute]);
    assert.ok(scene.look(10 * day - 25 * minute).run !== undefined);
  });

  test("back by much was wrong before: it is said, and all goes on from now", () => {
    const scene = new Scene(cron("0 * * * *"), 10 * day);
    assert.ok(scene.look(at("2100-01-01T00:00:00Z")).run !== undefined);
    const { clockWentBackMs, nextAtMs } = scene.look(10 * day);
    assert.equal(clockWentBackMs, at("2100-01-01T00:00:00Z") - 10 * day);
    assert.equal(nextAtMs, 10 * day + hour);
    assert.ok(scene.look(10 * day + hour).run !== undefined);
  });

  const schedules = [every("10m"), cron("*/10 * * * *"), cron("7 * * * *", "Europe/Berlin")];
  const schedule = fc.constantFrom(...schedules);
  const onWall = fc.constantFrom(...schedules.filter(({ isByWall }) => isByWall));
  const policy = fc.constantFrom<MissedPolicy>("run-once", "skip");

  test("nowhere leaves each time run on time, or named as missed, once", () => {
    fc.assert(
      fc.property(schedule, policy, fc.nat(), (chosen, how, seed) => {
        const random = new SeededRandom(seed);
        const startMs = at("2026-10-24T12:00:00Z");
        const scene = new Scene(chosen, startMs, how);
        let nowMs = startMs;
        let accounted = 0;
        for (let step = 0; step < 100; step++) {
          nowMs += random.below(random.below(5) === 0 ? 3 * hour : 5 * minute);
          const { run, missed } = scene.look(nowMs);
          accounted += (missed?.count ?? 0) + (run?.why === "due" ? 1 : 0);
        }
        assert.equal(accounted, chosen.between(startMs, nowMs, startMs).count);
      }),
      { numRuns: 30 },
    );
  });

  test("by up to an hour, back and forth, never has a time on the wall run twice", () => {
    fc.assert(
      fc.property(onWall, policy, fc.nat(), (chosen, how, seed) => {
        const random = new SeededRandom(seed);
        let nowMs = at("2026-03-28T12:00:00Z");
        let peakMs = nowMs;
        const scene = new Scene(chosen, nowMs, how);
        const ran = new Set<number>();
        for (let step = 0; step < 200; step++) {
          peakMs = Math.max(peakMs, nowMs);
          const isBack = random.below(10) === 0;
          if (isBack) nowMs = Math.max(nowMs - random.below(hour), peakMs - hour);
          else nowMs += random.below(8 * minute);
          const dueMs = scene.look(nowMs).run?.dueMs;
          if (dueMs === undefined) continue;
          assert.ok(!ran.has(dueMs) && dueMs <= nowMs, `${dueMs} at ${nowMs}`);
          ran.add(dueMs);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("back has what comes every so often run no sooner, and at most one period late", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = new SeededRandom(seed);
        const scene = new Scene(every("10m"), 100 * day);
        let [nowMs, passedMs, lastMs] = [100 * day, 0, 0];
        let stepsBack = 0;
        for (let step = 0; step < 2000; step++) {
          const moveMs = random.below(20_000);
          passedMs += moveMs;
          nowMs += moveMs;
          if (random.below(200) === 0) {
            nowMs -= random.below(3 * hour);
            stepsBack += 1;
          }
          if (scene.look(nowMs).run === undefined) continue;
          const gapMs = passedMs - lastMs;
          assert.ok(gapMs >= 10 * minute - 20_000, `after ${gapMs} ms`);
          assert.ok(gapMs <= (stepsBack + 1) * 10 * minute + 40_000, `after ${gapMs} ms`);
          lastMs = passedMs;
          stepsBack = 0;
        }
      }),
      { numRuns: 30 },
    );
  });
});
