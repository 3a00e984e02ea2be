import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { defaultServePolicy, type ServePolicy } from "#pool/host";
import { describeFinding } from "#pool/scale/finding";
import { Commons } from "./commons.ts";
import { Governor, type Moment } from "./governor.ts";

const ms = 1e6;
const second = 1e9;

interface Bench {
  readonly governor: Governor;
  /** What the event loop, and the instances, worked so far. */
  busyNs: number;
}

function bench(policy: Partial<ServePolicy> = {}): Bench {
  const on = { busyNs: 0 };
  const commons = new Commons(0, () => on.busyNs);
  const governor = new Governor({ ...defaultServePolicy, ...policy }, 0, {
    commons,
    cpuNs: () => on.busyNs,
  });
  governor.woke(0);
  return Object.assign(on, { governor });
}

function moment(changes: Partial<Moment> = {}): Moment {
  return { waitingCount: 0, isBusy: true, isFull: false, ...changes };
}

function staffed({ governor }: Bench, readyCount: number, nowNs: number): void {
  governor.staffed({ readyCount, startingCount: 0, leavingCount: 0 }, nowNs);
}

/** So many calls come evenly for so long, take so long and compute so much; answers the steps. */
function run(
  on: Bench,
  load: {
    readonly fromNs: number;
    readonly seconds: number;
    readonly perSecond: number;
    readonly tookNs: number;
    readonly cpuNs: number;
  },
): readonly number[] {
  const { governor } = on;
  const wanted: number[] = [];
  // Those that are in flight all the time.
  for (let at = 0; at < (load.perSecond * load.tookNs) / second; at++) governor.began(load.fromNs);
  for (let at = 0; at < load.seconds * load.perSecond; at++) {
    const nowNs = load.fromNs + (at * second) / load.perSecond;
    governor.arrived(nowNs, false);
    governor.began(nowNs);
    on.busyNs += load.cpuNs;
    governor.answered(load.tookNs, nowNs);
    if (!governor.isDue(nowNs)) continue;
    wanted.push(governor.step(nowNs, moment()));
    staffed(on, wanted.at(-1) ?? 0, nowNs);
  }
  return wanted;
}

function whys({ governor }: Bench, by: string): readonly string[] {
  const found = governor.log.entries().filter(({ finding }) => finding.by === by);
  return found.map(({ finding }) => finding.why);
}

suite("governor", () => {
  test("wants one instance for the first caller, at once", () => {
    const on = bench();
    on.governor.arrived(0, true);
    assert.equal(on.governor.judge(0, 0, 0).kind, "wait");
    assert.equal(on.governor.isWanted(0, 1), true);
    assert.equal(on.governor.step(0, moment({ waitingCount: 1 })), 1);
    on.governor.staffed({ readyCount: 0, startingCount: 1, leavingCount: 0 }, 0);
    assert.equal(on.governor.isWanted(0, 2), false, "one is on its way");
  });

  test("wants as many as calls need that wait, where the processor has time", () => {
    const on = bench({ instancesMax: 100, atOnceMax: 1 });
    staffed(on, 1, 0);
    const load = { fromNs: 0, seconds: 30, perSecond: 100, tookNs: 100 * ms, cpuNs: 1 * ms };
    const last = run(on, load).at(-1) ?? 0;
    // Ten are busy all the time, and some are for chance.
    assert.ok(last > 10 && last <= 13, String(last));
  });

  test("wants no more than are useful where the processor is busy, and says so", () => {
    const on = bench({ instancesMax: 100, atOnceMax: 1 });
    staffed(on, 1, 0);
    const load = { fromNs: 0, seconds: 30, perSecond: 100, tookNs: 100 * ms, cpuNs: 10 * ms };
    const before = run(on, load).at(-1) ?? 0;
    const after = run(on, { ...load, fromNs: 30 * second, seconds: 2, perSecond: 300 });
    // Three times as many calls would take three times as many.
    assert.ok(Math.max(...after) < 2 * before, `${before}, then ${Math.max(...after)}`);
    assert.ok(whys(on, "replicas").includes("processor-busy"), String(whys(on, "replicas")));
  });

  test("lets go of all when nobody called for as long as they are kept", () => {
    const on = bench({ idleNsMin: second, idleNsMax: 20 * second });
    staffed(on, 1, 0);
    on.governor.quiet(0);
    const quiet = moment({ isBusy: false });
    assert.equal(on.governor.step(19 * second, quiet), 1);
    assert.equal(on.governor.leavesInNs(19 * second), second);
    assert.equal(on.governor.step(20 * second, quiet), 0);
    assert.deepEqual(whys(on, "idle"), ["too-few-gaps"]);
  });

  test("keeps them only a little longer than nearly all gaps between calls", () => {
    const on = bench({ idleNsMin: second, idleNsMax: 600 * second });
    let nowNs = 0;
    for (let count = 0; count < 50; count++) {
      on.governor.quiet(nowNs);
      nowNs += 3 * second;
      on.governor.arrived(nowNs, true);
    }
    on.governor.quiet(nowNs);
    on.governor.step(nowNs, moment({ isBusy: false }));
    const keptNs = on.governor.leavesInNs(nowNs);
    assert.ok(keptNs > 3 * second && keptNs < 5 * second, String(keptNs));
  });

  test("gives each call an instance of its own where one takes a single call", () => {
    const on = bench({ callsMax: 1, instancesMax: 3, instancesMin: 1 });
    const { governor } = on;
    assert.equal(governor.step(0, moment({ isBusy: false })), 1);
    governor.began(0);
    assert.equal(governor.step(1, moment({ waitingCount: 0 })), 2);
    assert.equal(governor.step(2, moment({ waitingCount: 5 })), 3);
    assert.deepEqual(whys(on, "replicas").slice(-2), ["one-for-each", "most"]);
  });

  test("has no more room than the limit, of which calls whose answer began are no part", () => {
    const on = bench();
    staffed(on, 1, 0);
    let count = 0;
    for (; on.governor.hasRoom; count++) on.governor.began(0);
    assert.equal(count, 4);
    on.governor.answered(10 * ms, 10 * ms);
    assert.equal(on.governor.hasRoom, true);
    on.governor.began(10 * ms);
    on.governor.dropped(1, 11 * ms);
    assert.equal(on.governor.hasRoom, true);
  });

  test("learns from callers who left that calls take long, and not that they are short", () => {
    const answers = (tookNs: number): readonly string[] => {
      const on = bench();
      staffed(on, 1, 0);
      run(on, { fromNs: 0, seconds: 5, perSecond: 100, tookNs: 10 * ms, cpuNs: 0 });
      for (let at = 0; at < 200; at++) {
        const nowNs = 5 * second + at * 10 * ms;
        for (let beside = 0; beside < 4; beside++) on.governor.began(nowNs);
        for (let beside = 0; beside < 4; beside++) on.governor.dropped(tookNs, nowNs);
        if (on.governor.isDue(nowNs)) on.governor.step(nowNs, moment());
      }
      return whys(on, "limit");
    };
    assert.ok(answers(second).some((why) => why === "limit-fell" || why === "slower-by-itself"));
    assert.ok(answers(1).every((why) => why === "limit-unused" || why === "limit-grew"));
  });

  test("tells callers early to come later, and keeps why", () => {
    const on = bench({ atOnceMax: 1, waitingNsMax: second });
    staffed(on, 1, 0);
    run(on, { fromNs: 0, seconds: 20, perSecond: 2, tookNs: 500 * ms, cpuNs: 0 });
    on.governor.began(20 * second);
    const verdict = on.governor.judge(20 * second, 100, 0.5);
    assert.ok(verdict.kind === "refuse" && verdict.why === "no-time");
    assert.ok(verdict.retryAfterMs >= 30_000, String(verdict.retryAfterMs));
    const [kept] = on.governor.log.entries().filter(({ finding }) => finding.by === "line");
    assert.ok(kept !== undefined);
    assert.match(describeFinding(kept.finding), /^line: callers are refused: the wait would be/);
  });

  test("refuses nobody as long as it does not know how long calls take", () => {
    const on = bench({ atOnceMax: 1, waitingNsMax: second });
    staffed(on, 1, 0);
    on.governor.began(0);
    assert.equal(on.governor.judge(0, 999, 0).kind, "wait");
    assert.equal(on.governor.judge(0, 1000, 0).kind, "refuse", "but the line has an end");
  });

  test("does not take a step for each of those who wait for what does not start", () => {
    const { governor } = bench();
    assert.equal(governor.isWanted(0, 1), true);
    governor.step(0, moment({ waitingCount: 1 }));
    assert.equal(governor.isWanted(1, 2), false);
    assert.equal(governor.isWanted(30 * ms, 3), true);
  });

  test("has a fifth of the calls given again, and one a second", () => {
    const { governor } = bench();
    for (let count = 0; count < 100; count++) governor.arrived(0, false);
    let given = 0;
    while (governor.mayGiveAgain(0)) given += 1;
    assert.equal(given, 21);
    assert.equal(governor.mayGiveAgain(second), true);
    assert.equal(governor.mayGiveAgain(second), false);
  });

  test("goes by another policy from its next step on", () => {
    const on = bench({ instancesMin: 2 });
    assert.equal(on.governor.step(0, moment({ isBusy: false })), 2);
    on.governor.configure({ ...defaultServePolicy, instancesMin: 3, atOnceMax: 2 }, second);
    assert.equal(on.governor.step(second, moment({ isBusy: false })), 3);
  });
});
