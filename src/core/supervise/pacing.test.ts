import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { defaultNumbers as numbers, RestartShare } from "#core/supervise";
import { Pace } from "./pace.ts";
import { failing, second, Stage, supervisor, worker } from "./stage.ts";
import { RestartAccount } from "./restart-share.ts";

suite("pace", () => {
  test("is none at first, then doubles from 100 ms to the ceiling of 30 s", () => {
    const [low, high] = [new Pace(), new Pace()];
    const delays = Array.from({ length: 12 }, () => [
      low.next({ upNs: 0, chance: 0, numbers }) / second,
      Math.round(high.next({ upNs: 0, chance: 0.999_999_999, numbers }) / 1e6) / 1e3,
    ]);
    assert.deepEqual(delays.slice(0, 4), [
      [0, 0],
      [0.1, 0.2],
      [0.2, 0.4],
      [0.4, 0.8],
    ]);
    assert.deepEqual(delays.slice(-2), [
      [15, 30],
      [15, 30],
    ]);
  });

  test("stays at the ceiling however often a child fails", () => {
    const pace = new Pace();
    for (let time = 0; time < 5000; time++) {
      assert.ok(pace.next({ upNs: 0, chance: 0.5, numbers }) <= numbers.delayNsMax);
    }
  });

  test("is none again after a stable minute, and not a moment sooner", () => {
    const pace = new Pace();
    pace.next({ upNs: 0, chance: 0, numbers });
    pace.next({ upNs: 0, chance: 0, numbers });
    assert.equal(pace.next({ upNs: 60 * second - 1, chance: 0, numbers }), 0.2 * second);
    assert.equal(pace.next({ upNs: 60 * second, chance: 0, numbers }), 0);
  });

  test("is each child's own", () => {
    const stage = Stage.up(supervisor("app", [worker("a"), worker("b")]));
    stage.die("app/a");
    stage.die("app/a");
    stage.take();
    stage.die("app/b");
    assert.deepEqual(stage.take(), ["failed app/b exited(1)", "start app/b"]);
    stage.wait(0.1 * second);
    assert.deepEqual(stage.take(), ["start app/a"]);
  });

  test("never gives up by itself", () => {
    const stage = Stage.up(supervisor("app", [worker("a")]));
    for (let time = 0; time < 200; time++) {
      stage.die("app/a");
      stage.wait(30 * second);
    }
    assert.equal(stage.tree.child("app/a")?.state, "up");
  });
});

suite("share of restarts", () => {
  test("lets an account that owes nothing go at once", () => {
    const share = new RestartShare(0.05);
    assert.ok(new RestartAccount().isPaid);
    assert.equal(share.nextPaidNs, Infinity);
  });

  test("has a debt paid at the share of a core", () => {
    const [share, account] = [new RestartShare(0.05), new RestartAccount()];
    share.charge(account, 1e6, 0);
    share.advance(20e6 - 10);
    assert.ok(!account.isPaid);
    share.advance(share.nextPaidNs);
    assert.ok(account.isPaid);
    assert.ok(Math.abs(share.nextPaidNs) === Infinity);
  });

  test("is divided evenly among those who owe: a small debt does not wait for a large one", () => {
    const share = new RestartShare(0.05);
    const [large, small] = [new RestartAccount(), new RestartAccount()];
    share.charge(large, 1000e6, 0);
    share.charge(small, 1e6, 0);
    const paidNs = share.nextPaidNs;
    assert.ok(Math.abs(paidNs - 40e6) < 10, `paid at ${paidNs}`);
    share.advance(paidNs);
    assert.deepEqual([small.isPaid, large.isPaid], [true, false]);
    // All together 1001 ms, at a twentieth of a core.
    assert.ok(Math.abs(share.nextPaidNs - 20_020e6) < 10);
  });

  test("adds what is charged later to a debt that is being paid", () => {
    const [share, account] = [new RestartShare(0.5), new RestartAccount()];
    share.charge(account, 10, 0);
    share.charge(account, 10, 10);
    share.advance(38);
    assert.ok(!account.isPaid);
    share.advance(50);
    assert.ok(account.isPaid);
  });

  test("lets a lone crash restart at once, whatever the first run computed", () => {
    const stage = Stage.up(supervisor("app", [worker("a")]));
    stage.wait(5 * second);
    stage.die("app/a", failing, 5 * second);
    assert.deepEqual(stage.take(), ["failed app/a exited(1)", "start app/a"]);
  });

  test("lets a lone crash restart at once while another child owes much", () => {
    const stage = Stage.up(supervisor("app", [worker("a"), worker("b")]));
    stage.die("app/a");
    stage.die("app/a", failing, 60 * second);
    stage.wait(30 * second);
    assert.equal(stage.tree.child("app/a")?.state, "waiting");
    stage.take();
    stage.die("app/b", failing, second);
    assert.deepEqual(stage.take(), ["failed app/b exited(1)", "start app/b"]);
  });

  test("does not charge a restarted process that lasted", () => {
    const stage = Stage.up(supervisor("app", [worker("a")]));
    stage.die("app/a");
    stage.wait(10 * second);
    stage.die("app/a", failing, 10 * second);
    stage.wait(0.1 * second);
    assert.equal(stage.tree.child("app/a")?.state, "up");
  });

  for (const strategy of ["one-for-one", "one-for-all", "rest-for-one"] as const) {
    test(`keeps a crash loop of 100 children (${strategy}) within 5 % of a core`, () => {
      const costNs = 50e6;
      const names = Array.from({ length: 100 }, (_, index) => `w${index}`);
      const children = names.map((name) => worker(name));
      const stage = Stage.up(supervisor("app", children, { strategy }), { chance: 0.5 });
      const startCount = crashLoop(stage, { costNs, untilNs: 600 * second });
      const before = startCount;
      const after = crashLoop(stage, { costNs, untilNs: 3000 * second });
      const share = (after * costNs) / (2400 * second);
      assert.ok(share <= 0.05, `took ${share} of a core`);
      assert.ok(share > 0.001 && before > 0, `went on restarting: ${share}`);
    });
  }

  test("is one for all trees that were given it", () => {
    const share = new RestartShare(0.05);
    const stages = ["one", "two"].map((name) =>
      Stage.up(supervisor(name, [worker("a")]), { share }),
    );
    for (const [index, stage] of stages.entries()) {
      const path = index === 0 ? "one/a" : "two/a";
      stage.die(path);
      stage.die(path, failing, second);
      stage.take();
    }
    const [one, two] = stages;
    assert.ok(one !== undefined && two !== undefined);
    one.wait(39 * second);
    assert.deepEqual(one.take(), []);
    one.wait(1.1 * second);
    assert.deepEqual(one.take(), ["start one/a"]);
    // The first tree's time has paid the second one's debt as well; that is due now.
    assert.ok(two.tree.nextDueNs <= one.nowNs);
    two.wait(41 * second);
    assert.deepEqual(two.take(), ["start two/a"]);
  });

  test("makes a program pay for what it spawned while it was young", () => {
    const stage = Stage.up(supervisor("app", [worker("p")]));
    stage.die("app/p");
    stage.spawn("app/p", worker("child"));
    stage.die("app/p/child", { kind: "exited", code: 0 }, second);
    stage.die("app/p");
    stage.wait(19 * second);
    assert.equal(stage.tree.child("app/p")?.state, "waiting");
    stage.wait(1.1 * second);
    assert.equal(stage.tree.child("app/p")?.state, "up");
  });
});

/** Every process that starts dies at once; answers how many started. */
function crashLoop(
  stage: Stage,
  options: { readonly costNs: number; readonly untilNs: number },
): number {
  let startCount = 0;
  stage.cpuNs = options.costNs;
  const crash = (): void => {
    for (const { path, spec, state } of stage.tree.children()) {
      if (spec.kind !== "process" || state !== "up") continue;
      stage.die(path, failing, options.costNs);
    }
    startCount += stage.take().filter((line) => line.startsWith("start ")).length;
  };
  crash();
  while (stage.nowNs < options.untilNs) {
    // Never for ever: what was restarted at once is up, and then nothing is due.
    stage.wait(Math.min(second, Math.max(1, stage.tree.nextDueNs - stage.nowNs)));
    crash();
  }
  return startCount;
}
