import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { describeEnd } from "#core/supervise";
import { errno } from "#core/sys";
import { failing, finished, second, Stage, supervisor, worker } from "./stage.ts";

const oneIn10s = { giveUp: { restarts: 1, withinNs: 10 * second } };

suite("giving up", () => {
  test("restarts as often as it may within the time, and fails the next time", () => {
    const stage = Stage.up(supervisor("app", [worker("a"), worker("b")], oneIn10s));
    stage.die("app/a");
    stage.take();
    stage.die("app/a");
    assert.deepEqual(stage.take(), [
      "failed app/a exited(1)",
      "ask app/b",
      "ended app/b exited(0)",
      "failed app gave-up(1 in 10 s): app/a: exited(1)",
    ]);
    assert.ok(stage.tree.hasEnded);
  });

  test("fails for one child whose own restarts are too many, not for those of its siblings", () => {
    const stage = Stage.up(supervisor("app", [worker("a", oneIn10s), worker("b")]));
    for (let time = 0; time < 3; time++) {
      stage.die("app/b");
      stage.wait(second);
    }
    stage.die("app/a");
    stage.take();
    stage.die("app/a");
    const reason = "gave-up(1 in 10 s): app/a: exited(1)";
    assert.equal(stage.take().at(-1), `failed app ${reason}`);
  });

  test("counts a child's own restarts anew when its supervisor was started anew", () => {
    const inner = supervisor("in", [worker("a", oneIn10s)]);
    const stage = Stage.up(supervisor("app", [inner]));
    const failures: string[] = [];
    for (let time = 0; time < 4; time++) {
      stage.die("app/in/a");
      stage.wait(second);
      failures.push(...stage.take().filter((line) => line.startsWith("failed app/in gave-up")));
    }
    assert.equal(failures.length, 2);
  });

  test("counts no end that was no fault of its own, and paces it all the same", () => {
    const giveUp = { restarts: 1, withinNs: 10 * second };
    const stage = Stage.up(supervisor("app", [worker("a"), worker("b", { giveUp })], { giveUp }));
    for (const path of ["app/a", "app/b", "app/a", "app/b"]) {
      const end = { reason: failing, cpuNs: 0, isBlameless: true };
      stage.do(stage.tree.ended(stage.epoch(path), end, stage.nowNs));
    }
    const states = ["app", "app/a", "app/b"].map((path) => stage.tree.child(path)?.state);
    assert.deepEqual(states, ["up", "waiting", "waiting"]);
    stage.wait(second);
    stage.die("app/a");
    assert.equal(stage.tree.child("app")?.state, "up");
  });

  test("forgets restarts that are as long ago as its time", () => {
    const stage = Stage.up(supervisor("app", [worker("a")], oneIn10s));
    for (let time = 0; time < 20; time++) {
      stage.die("app/a");
      stage.wait(60 * second);
    }
    assert.equal(stage.tree.child("app")?.state, "up");
  });

  test("fails at the first restart when it may not restart at all", () => {
    const giveUp = { restarts: 0, withinNs: second };
    const stage = Stage.up(supervisor("app", [worker("a")], { giveUp }));
    stage.die("app/a");
    assert.ok(stage.tree.hasEnded);
  });

  test("is a failure to its parent, which restarts it and starts all below it", () => {
    const inner = supervisor("in", [worker("a"), worker("b")], oneIn10s);
    const stage = Stage.up(supervisor("app", [{ ...inner, restart: "on-failure" }, worker("z")]));
    stage.die("app/in/b");
    stage.die("app/in/b");
    assert.deepEqual(
      stage.take().slice(-5),
      [
        "failed app/in gave-up(1 in 10 s): app/in/b: exited(1)",
        "start app/in/a",
        "start app/in/b",
        "started app/in",
      ].toSpliced(0, 0, "ended app/in/a exited(0)"),
    );
  });

  test("goes up three levels, each applying its own policy, with the whole chain as reason", () => {
    const low = supervisor("low", [worker("a")], oneIn10s);
    const mid = supervisor("mid", [low, worker("m")], { ...oneIn10s, strategy: "one-for-all" });
    const stage = Stage.up(supervisor("app", [mid, worker("z")], oneIn10s));
    const failures: string[] = [];
    for (let time = 0; time < 20 && !stage.tree.hasEnded; time++) {
      if (stage.tree.child("app/mid/low/a")?.state === "up") stage.die("app/mid/low/a");
      else stage.wait(0.1 * second);
      failures.push(...stage.take().filter((line) => line.startsWith("failed ")));
    }
    const count = (path: string): number =>
      failures.filter((line) => line.startsWith(`failed ${path} `)).length;
    assert.deepEqual(["app/mid/low/a", "app/mid/low", "app/mid", "app"].map(count), [8, 4, 2, 1]);
    const gaveUp = "gave-up(1 in 10 s)";
    assert.equal(
      failures.at(-1),
      `failed app ${gaveUp}: app/mid: ${gaveUp}: app/mid/low: ${gaveUp}: app/mid/low/a: exited(1)`,
    );
  });

  test("counts one death once, however many siblings restart with it", () => {
    const children = [worker("a"), worker("b"), worker("c")];
    const stage = Stage.up(supervisor("app", children, { ...oneIn10s, strategy: "one-for-all" }));
    stage.die("app/a");
    assert.equal(stage.tree.child("app")?.state, "up");
  });

  test("gives way to an end that is asked for meanwhile", () => {
    const inner = supervisor("in", [worker("a"), worker("b")], oneIn10s);
    const stage = Stage.up(supervisor("app", [inner]));
    stage.slowToEnd.add("app/in/a");
    stage.die("app/in/b");
    stage.die("app/in/b");
    stage.do(stage.tree.end("app", { nowNs: 0 }));
    stage.die("app/in/a", finished);
    assert.equal(stage.take().at(-1), "ended app ended");
    assert.ok(stage.tree.hasEnded);
  });
});

suite("end reasons", () => {
  test("are told in one line from the top down to the process that began it", () => {
    const last = { path: "app/a", reason: { kind: "exited", code: 3 } } as const;
    const giveUp = { restarts: 2, withinNs: second };
    const reason = { kind: "gave-up", giveUp, last } as const;
    const above = { kind: "unacknowledged", child: { path: "app", reason } } as const;
    const text = "unacknowledged: app: gave-up(2 in 1 s): app/a: exited(3)";
    assert.equal(describeEnd(above), text);
    assert.equal(describeEnd({ kind: "ended" }), "ended");
  });
});

suite("programs as parents", () => {
  function withProgram(): Stage {
    const stage = Stage.up(supervisor("app", [worker("p"), worker("z")]));
    stage.spawn("app/p", worker("c1"));
    stage.spawn("app/p", worker("c2"));
    stage.take();
    return stage;
  }

  test("are told of a child's end, which is not restarted, and its name is free again", () => {
    const stage = withProgram();
    stage.die("app/p/c1", finished);
    assert.deepEqual(stage.take(), ["ended app/p/c1 exited(0)"]);
    assert.equal(stage.tree.child("app/p/c1"), undefined);
    stage.spawn("app/p", worker("c1"));
    assert.deepEqual(stage.take(), ["start app/p/c1"]);
  });

  test("need not acknowledge an end that is no failure", () => {
    const stage = withProgram();
    stage.die("app/p/c1", finished);
    stage.wait(60 * second);
    assert.equal(stage.tree.child("app/p")?.state, "up");
  });

  test("live on when they acknowledge a failure in time", () => {
    const stage = withProgram();
    stage.die("app/p/c1");
    stage.wait(5 * second - 1);
    const child = stage.epoch("app/p/c1");
    stage.do(stage.tree.acknowledged(stage.epoch("app/p"), child, stage.nowNs));
    stage.wait(60 * second);
    assert.equal(stage.tree.child("app/p")?.state, "up");
  });

  test("end as unacknowledged when they do not, with all their children", () => {
    const stage = withProgram();
    stage.die("app/p/c1");
    stage.take();
    stage.wait(5 * second);
    assert.deepEqual(stage.take(), [
      "end app/p/c2 parent-ended",
      "end app/p unacknowledged",
      "ended app/p/c2 killed(by the tree)",
      "failed app/p unacknowledged: app/p/c1: exited(1)",
      "start app/p",
    ]);
  });

  test("have to acknowledge each failure, not one of them", () => {
    const stage = withProgram();
    stage.die("app/p/c1");
    stage.die("app/p/c2");
    const child = stage.epoch("app/p/c2");
    stage.do(stage.tree.acknowledged(stage.epoch("app/p"), child, 0));
    stage.wait(5 * second);
    assert.ok(stage.take().includes("failed app/p unacknowledged: app/p/c1: exited(1)"));
  });

  test("are reported only when all that they started has ended, however they ended", () => {
    const stage = withProgram();
    stage.slowToEnd.add("app/p/c1!");
    stage.die("app/p");
    assert.deepEqual(stage.take(), [
      "end app/p/c2 parent-ended",
      "end app/p/c1 parent-ended",
      "ended app/p/c2 killed(by the tree)",
    ]);
    stage.die("app/p/c1");
    assert.deepEqual(stage.take(), [
      "ended app/p/c1 exited(1)",
      "failed app/p exited(1)",
      "start app/p",
    ]);
  });

  test("may end their children themselves when asked to end", () => {
    const stage = withProgram();
    stage.slowToEnd.add("app/p");
    stage.do(stage.tree.end("app", { nowNs: 0 }));
    stage.die("app/p/c2");
    stage.wait(second);
    stage.die("app/p", finished);
    assert.deepEqual(stage.take(), [
      "ask app/z",
      "ended app/z exited(0)",
      "ask app/p",
      "failed app/p/c2 exited(1)",
      "end app/p/c1 parent-ended",
      "ended app/p/c1 killed(by the tree)",
      "ended app/p exited(0)",
      "ended app ended",
    ]);
  });

  test("start a supervisor as a child, whose failure they acknowledge like any other", () => {
    const stage = Stage.up(supervisor("app", [worker("p")]));
    stage.spawn("app/p", supervisor("s", [worker("a")], oneIn10s));
    stage.die("app/p/s/a");
    stage.die("app/p/s/a");
    stage.take();
    stage.wait(5 * second);
    assert.ok(stage.take().some((line) => line.startsWith("failed app/p unacknowledged: app/p/s")));
  });

  test("spawn nothing under a name that lives, with a bad spec, or once they are ending", () => {
    const stage = withProgram();
    const epoch = stage.epoch("app/p");
    assert.equal(stage.tree.spawn(epoch, worker("c1"), 0), errno.EEXIST);
    assert.equal(stage.tree.spawn(epoch, worker("a/b"), 0), errno.EINVAL);
    stage.slowToEnd.add("app/p");
    stage.do(stage.tree.end("app/p", { nowNs: 0 }));
    assert.equal(stage.tree.spawn(epoch, worker("c3"), 0), errno.EPERM);
    stage.die("app/p", finished);
    assert.equal(stage.tree.spawn(epoch, worker("c3"), 0), errno.EPERM);
  });

  test("of an older epoch acknowledge nothing", () => {
    const stage = withProgram();
    const old = stage.epoch("app/p");
    stage.die("app/p");
    stage.spawn("app/p", worker("c1"));
    stage.die("app/p/c1");
    stage.do(stage.tree.acknowledged(old, stage.epoch("app/p/c1"), 0));
    stage.take();
    stage.wait(5 * second);
    assert.ok(stage.take().includes("failed app/p unacknowledged: app/p/c1: exited(1)"));
  });
});
