import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ExitReason } from "#core/sys";
import { failing, finished, second, Stage, supervisor, worker } from "./stage.ts";
import type { RestartType, Strategy } from "./spec.ts";

const abc = [worker("a"), worker("b"), worker("c")];

function upWith(strategy: Strategy): Stage {
  return Stage.up(supervisor("app", abc, { strategy }));
}

suite("starting and ending a tree", () => {
  test("starts from left to right, each after the one before it has started", () => {
    const stage = new Stage(supervisor("app", [supervisor("left", abc), worker("right")]));
    stage.slowToStart.add("app/left/b");
    stage.do(stage.tree.begin(0));
    assert.deepEqual(stage.take(), ["start app/left/a", "start app/left/b"]);
    stage.start("app/left/b");
    assert.deepEqual(stage.take(), [
      "start app/left/c",
      "started app/left",
      "start app/right",
      "started app",
    ]);
  });

  test("says of each that is to start later whom it waits for, and of no other", () => {
    const middle = supervisor("mid", [worker("x"), worker("y")]);
    const stage = new Stage(supervisor("app", [supervisor("left", abc), worker("b"), middle]));
    const waits = (): readonly string[] =>
      [...stage.tree.children()].flatMap(({ path, waitsFor }) =>
        waitsFor === undefined ? [] : [`${path} for ${waitsFor}`],
      );
    assert.deepEqual(waits(), []);
    stage.slowToStart.add("app/left/b").add("app/b");
    stage.do(stage.tree.begin(0));
    const later = ["app/mid", "app/mid/x", "app/mid/y"];
    assert.deepEqual(waits(), [
      "app/left/c for app/left/b",
      ...["app/b", ...later].map((path) => `${path} for app/left/b`),
    ]);
    stage.start("app/left/b");
    assert.deepEqual(
      waits(),
      later.map((path) => `${path} for app/b`),
    );
    // Paced, and not up yet: the others wait for it still.
    stage.die("app/b");
    stage.die("app/left/a");
    assert.equal(waits().length, later.length);
    stage.do(stage.tree.end("app/b", { nowNs: 0 }));
    assert.deepEqual(waits(), []);
  });

  test("ends from right to left, each asked after the one behind it has ended", () => {
    const stage = Stage.up(supervisor("app", [supervisor("left", abc), worker("right")]));
    stage.slowToEnd.add("app/left/b");
    stage.do(stage.tree.end("app", { nowNs: 0 }));
    assert.deepEqual(stage.take(), [
      "ask app/right",
      "ended app/right exited(0)",
      "ask app/left/c",
      "ended app/left/c exited(0)",
      "ask app/left/b",
    ]);
    stage.die("app/left/b", finished);
    assert.deepEqual(stage.take(), [
      "ended app/left/b exited(0)",
      "ask app/left/a",
      "ended app/left/a exited(0)",
      "ended app/left ended",
      "ended app ended",
    ]);
    assert.ok(stage.tree.hasEnded);
    assert.equal(stage.tree.nextDueNs, Infinity);
  });

  test("ends a child that outstays its grace, and not before", () => {
    const stage = Stage.up(supervisor("app", [worker("a")]));
    stage.slowToEnd.add("app/a");
    stage.do(stage.tree.end("app", { nowNs: 0 }));
    stage.wait(5 * second - 1);
    assert.deepEqual(stage.take(), ["ask app/a"]);
    stage.wait(1);
    assert.deepEqual(stage.take(), [
      "end app/a grace-over",
      "ended app/a killed(by the tree)",
      "ended app ended",
    ]);
  });

  test("does not ask a child without grace, and waits for ever for one with endless grace", () => {
    const children = [worker("patient", { graceNs: Infinity }), worker("brutal", { graceNs: 0 })];
    const stage = Stage.up(supervisor("app", children));
    stage.slowToEnd.add("app/patient");
    stage.do(stage.tree.end("app", { nowNs: 0 }));
    assert.deepEqual(stage.take(), [
      "end app/brutal no-grace",
      "ended app/brutal killed(by the tree)",
      "ask app/patient",
    ]);
    assert.equal(stage.tree.nextDueNs, Infinity);
  });

  test("ends a tree that is only half started, and starts nothing more", () => {
    const stage = new Stage(supervisor("app", abc));
    stage.slowToStart.add("app/b");
    stage.do(stage.tree.begin(0));
    stage.take();
    stage.do(stage.tree.end("app", { nowNs: 0 }));
    assert.deepEqual(stage.take(), [
      "ask app/b",
      "ended app/b exited(0)",
      "ask app/a",
      "ended app/a exited(0)",
      "ended app ended",
    ]);
  });

  test("ends at once all that is alive, also while it is ending in order", () => {
    const stage = Stage.up(supervisor("app", [supervisor("in", abc), worker("z")]));
    stage.slowToEnd.add("app/z");
    stage.do(stage.tree.end("app", { nowNs: 0 }));
    stage.take();
    stage.do(stage.tree.end("app", { nowNs: 0, isAtOnce: true }));
    assert.deepEqual(
      stage.take().filter((line) => line.startsWith("end ")),
      [
        "end app/in/c parent-ended",
        "end app/in/b parent-ended",
        "end app/in/a parent-ended",
        "end app/z parent-ended",
      ],
    );
    assert.ok(stage.tree.hasEnded);
  });

  test("starts an empty supervisor, and ends it", () => {
    const stage = new Stage(supervisor("app", []));
    stage.do(stage.tree.begin(0));
    stage.do(stage.tree.end("app", { nowNs: 0 }));
    assert.deepEqual(stage.take(), ["started app", "ended app ended"]);
  });

  test("begins again once it has ended, and not while it is alive", () => {
    const stage = Stage.up(supervisor("app", [worker("a")]));
    assert.deepEqual(stage.tree.begin(0), []);
    stage.do(stage.tree.end("app", { nowNs: 0 }));
    stage.take();
    stage.do(stage.tree.begin(0));
    assert.deepEqual(stage.take(), ["start app/a", "started app"]);
  });
});

suite("restart types", () => {
  const trapped: ExitReason = { kind: "trapped", what: "unreachable", stack: [] };
  const killed: ExitReason = { kind: "killed", by: { limit: "memory", allowed: "1 MiB" } };
  const refused: ExitReason = { kind: "refused", code: "USAGE", why: "no", hint: "none" };
  const table: readonly (readonly [RestartType, ExitReason, "restarted" | "left"])[] = [
    ["always", finished, "restarted"],
    ["always", failing, "restarted"],
    ["always", killed, "restarted"],
    ["on-failure", finished, "left"],
    ["on-failure", failing, "restarted"],
    ["on-failure", trapped, "restarted"],
    ["on-failure", killed, "restarted"],
    ["on-failure", refused, "restarted"],
    ["never", finished, "left"],
    ["never", failing, "left"],
    ["never", trapped, "left"],
  ];
  for (const [restart, reason, outcome] of table) {
    const how = reason.kind === "exited" ? `exited(${reason.code})` : reason.kind;
    test(`a child to be restarted ${restart} that ${how} is ${outcome}`, () => {
      const stage = Stage.up(supervisor("app", [worker("a", { restart }), worker("b")]));
      stage.die("app/a", reason);
      const restarted = stage.take().includes("start app/a");
      assert.equal(restarted ? "restarted" : "left", outcome);
      assert.equal(stage.tree.child("app/b")?.state, "up");
      assert.equal(stage.tree.child("app/a")?.state, restarted ? "up" : "done");
    });
  }

  test("a child that ends in its start and is not restarted does not keep others waiting", () => {
    const stage = new Stage(supervisor("app", [worker("a", { restart: "never" }), worker("b")]));
    stage.slowToStart.add("app/a");
    stage.do(stage.tree.begin(0));
    stage.die("app/a");
    assert.deepEqual(stage.take(), [
      "start app/a",
      "failed app/a exited(1)",
      "start app/b",
      "started app",
    ]);
  });

  test("a child that fails in its start is tried again, and the next waits for it", () => {
    const stage = new Stage(supervisor("app", [worker("a"), worker("b")]));
    stage.slowToStart.add("app/a");
    stage.do(stage.tree.begin(0));
    stage.die("app/a");
    assert.deepEqual(stage.take(), ["start app/a", "failed app/a exited(1)", "start app/a"]);
    stage.start("app/a");
    assert.deepEqual(stage.take(), ["start app/b", "started app"]);
  });

  test("a child that is done runs again when its supervisor starts anew", () => {
    const inner = supervisor("in", [worker("once", { restart: "never" }), worker("b")], {
      giveUp: { restarts: 0, withinNs: second },
    });
    const stage = Stage.up(supervisor("app", [inner]));
    stage.die("app/in/once", finished);
    stage.take();
    stage.die("app/in/b");
    assert.ok(stage.take().includes("start app/in/once"));
  });
});

suite("strategies", () => {
  test("one-for-one restarts the child that failed, and touches no other", () => {
    const stage = upWith("one-for-one");
    stage.die("app/b");
    assert.deepEqual(stage.take(), ["failed app/b exited(1)", "start app/b"]);
  });

  test("one-for-all ends the others from the right and starts all from the left", () => {
    const stage = upWith("one-for-all");
    stage.die("app/b");
    assert.deepEqual(stage.take(), [
      "failed app/b exited(1)",
      "ask app/c",
      "ended app/c exited(0)",
      "ask app/a",
      "ended app/a exited(0)",
      "start app/a",
      "start app/b",
      "start app/c",
    ]);
  });

  test("rest-for-one ends those after the one that failed and leaves those before it", () => {
    const stage = upWith("rest-for-one");
    stage.die("app/b");
    assert.deepEqual(stage.take(), [
      "failed app/b exited(1)",
      "ask app/c",
      "ended app/c exited(0)",
      "start app/b",
      "start app/c",
    ]);
  });

  test("a second failure to the left, while others end, widens what is restarted", () => {
    const stage = upWith("rest-for-one");
    stage.slowToEnd.add("app/c");
    stage.die("app/b");
    stage.die("app/a");
    assert.deepEqual(stage.take(), [
      "failed app/b exited(1)",
      "ask app/c",
      "failed app/a exited(1)",
    ]);
    stage.die("app/c", finished);
    assert.deepEqual(stage.take(), [
      "ended app/c exited(0)",
      "start app/a",
      "start app/b",
      "start app/c",
    ]);
  });

  test("a sibling that fails while it is to be ended counts no second time", () => {
    const giveUp = { restarts: 1, withinNs: 60 * second };
    const stage = Stage.up(supervisor("app", abc, { strategy: "one-for-all", giveUp }));
    stage.slowToEnd.add("app/c");
    stage.die("app/b");
    stage.die("app/a");
    stage.die("app/c", failing);
    assert.equal(stage.tree.child("app")?.state, "up");
    assert.deepEqual(stage.take().slice(-3), ["start app/a", "start app/b", "start app/c"]);
  });

  for (const strategy of ["one-for-all", "rest-for-one"] as const) {
    test(`${strategy} does not start bystanders again that are never restarted`, () => {
      const children = [worker("a"), worker("once", { restart: "never" }), worker("c")];
      const stage = Stage.up(supervisor("app", children, { strategy }));
      stage.die("app/a");
      const lines = stage.take();
      assert.ok(lines.includes("ended app/once exited(0)"));
      assert.ok(!lines.includes("start app/once"));
      assert.equal(stage.tree.child("app/once")?.state, "done");
    });
  }

  test("a group waits for the pace of the child that failed, with its siblings down", () => {
    const stage = upWith("one-for-all");
    stage.die("app/a");
    stage.die("app/a");
    stage.take();
    stage.wait(0.1 * second - 1);
    assert.deepEqual(stage.take(), []);
    stage.wait(1);
    assert.deepEqual(stage.take(), ["start app/a", "start app/b", "start app/c"]);
  });

  test("an end in the middle of a group's restart leaves nothing", () => {
    const stage = upWith("one-for-all");
    stage.slowToStart.add("app/b");
    stage.die("app/c");
    stage.take();
    stage.do(stage.tree.end("app", { nowNs: 0 }));
    assert.deepEqual(stage.take(), [
      "ask app/b",
      "ended app/b exited(0)",
      "ask app/a",
      "ended app/a exited(0)",
      "ended app ended",
    ]);
  });
});
