import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { PlatformError } from "#core/sys";
import type { ChildSpec } from "./spec.ts";
import { failing, finished, second, Stage, supervisor, worker } from "./stage.ts";

const abc = [worker("a"), worker("b"), worker("c")];

function code(expected: string): (error: unknown) => boolean {
  return (error) => error instanceof PlatformError && error.code === expected;
}

suite("commands of the operator", () => {
  test("add starts a child, behind all or before another", () => {
    const stage = Stage.up(supervisor("app", abc));
    stage.do(stage.tree.add("app", worker("d"), { nowNs: 0 }));
    stage.do(stage.tree.add("app", worker("aa"), { nowNs: 0, before: "b" }));
    assert.deepEqual(stage.take(), ["start app/d", "start app/aa"]);
    const paths = [...stage.tree.children()].map(({ path }) => path);
    assert.deepEqual(paths, ["app", "app/a", "app/aa", "app/b", "app/c", "app/d"]);
  });

  test("add under a supervisor that is down starts nothing until that starts", () => {
    const stage = new Stage(supervisor("app", []));
    stage.do(stage.tree.add("app", worker("a"), { nowNs: 0 }));
    assert.deepEqual(stage.take(), []);
    stage.do(stage.tree.begin(0));
    assert.deepEqual(stage.take(), ["start app/a", "started app"]);
  });

  test("remove asks a child to end, and its name is free once it has", () => {
    const stage = Stage.up(supervisor("app", abc));
    stage.slowToEnd.add("app/b");
    stage.do(stage.tree.remove("app/b", 0));
    assert.throws(() => stage.tree.restart("app/b", 0), code("CHILD_UNKNOWN"));
    stage.die("app/b");
    assert.deepEqual(stage.take(), ["ask app/b", "ended app/b exited(1)"]);
    assert.equal(stage.tree.child("app/b"), undefined);
  });

  test("add of a child that is being removed starts it when that has ended", () => {
    const stage = Stage.up(supervisor("app", abc));
    stage.slowToEnd.add("app/b");
    stage.do(stage.tree.remove("app/b", 0));
    stage.do(stage.tree.add("app", worker("b", { graceNs: 0 }), { nowNs: 0 }));
    assert.throws(() => stage.tree.add("app", worker("b"), { nowNs: 0 }), code("CHILD_EXISTS"));
    stage.die("app/b");
    assert.deepEqual(stage.take(), ["ask app/b", "ended app/b exited(1)", "start app/b"]);
    stage.do(stage.tree.end("app/b", { nowNs: 0 }));
    assert.deepEqual(stage.take().slice(0, 1), ["end app/b no-grace"]);
  });

  test("end may give a process another grace than its own", () => {
    const stage = Stage.up(supervisor("app", abc));
    for (const path of ["app/a", "app/b"]) stage.slowToEnd.add(path);
    stage.do(stage.tree.end("app/a", { nowNs: 0, graceNs: second }));
    stage.do(stage.tree.end("app/b", { nowNs: 0, graceNs: 0 }));
    stage.wait(second);
    assert.deepEqual(stage.take(), [
      "ask app/a",
      "end app/b no-grace",
      "ended app/b killed(by the tree)",
      "end app/a grace-over",
      "ended app/a killed(by the tree)",
    ]);
  });

  test("configure changes how a child is looked after, and ends nothing", () => {
    const stage = Stage.up(supervisor("app", abc));
    stage.do(stage.tree.configure("app/b", worker("b", { restart: "never" }), 0));
    stage.do(stage.tree.configure("app", supervisor("app", [], { strategy: "rest-for-one" }), 0));
    assert.deepEqual(stage.take(), []);
    stage.die("app/b");
    assert.deepEqual(stage.take(), ["failed app/b exited(1)"]);
    stage.die("app/a");
    assert.deepEqual(stage.take(), [
      "failed app/a exited(1)",
      "ask app/c",
      "ended app/c exited(0)",
      "start app/a",
      "start app/c",
    ]);
    const other = supervisor("b", []);
    assert.throws(() => stage.tree.configure("app/b", other, 0), code("SPEC_INVALID"));
  });

  test("restart of a child holds up nothing before it that is to come back", () => {
    const stage = Stage.up(supervisor("app", abc));
    stage.slowToEnd.add("app/c");
    for (let times = 0; times < 3; times++) stage.die("app/a");
    assert.equal(stage.tree.child("app/a")?.state, "waiting");
    stage.do(stage.tree.configure("app", supervisor("app", [], { strategy: "rest-for-one" }), 0));
    stage.take();
    stage.do(stage.tree.restart("app/c", stage.nowNs));
    assert.deepEqual(stage.take(), ["ask app/c"]);
    stage.wait(second);
    assert.deepEqual(stage.take(), ["start app/a"]);
    stage.die("app/c", finished);
    assert.deepEqual(stage.take(), ["ended app/c exited(0)", "start app/c"]);
  });

  test("configure starts what is done if it would have been restarted so", () => {
    const once = { restart: "never" } as const;
    const stage = Stage.up(supervisor("app", [worker("a", once), worker("b", once)]));
    stage.die("app/a", finished);
    stage.die("app/b", failing);
    stage.take();
    for (const name of ["a", "b"]) {
      const spec = worker(name, { restart: "on-failure" });
      stage.do(stage.tree.configure(`app/${name}`, spec, 0));
    }
    assert.deepEqual(stage.take(), ["start app/b"]);
    stage.do(stage.tree.configure("app/a", worker("a"), 0));
    assert.deepEqual(stage.take(), ["start app/a"]);
  });

  test("wanted says what is to stand there once all is done, and in which order", () => {
    const stage = Stage.up(supervisor("app", abc));
    for (const name of ["a", "b", "c"]) stage.slowToEnd.add(`app/${name}`);
    stage.do(stage.tree.remove("app/a", 0));
    stage.do(stage.tree.replace("app/b", supervisor("b", []), 0));
    stage.do(stage.tree.add("app", worker("d"), { nowNs: 0 }));
    const wanted = (): readonly unknown[] =>
      stage.tree.wanted("app").map(({ spec, isToCome }) => [spec.kind, spec.name, isToCome]);
    assert.deepEqual(wanted(), [
      ["supervisor", "b", true],
      ["process", "c", false],
      ["process", "d", false],
    ]);
    stage.do(stage.tree.end("app/b", { nowNs: 0 }));
    stage.do(stage.tree.reorder("app", ["d", "c", "b"], 0));
    assert.deepEqual(
      stage.tree.wanted("app").map(({ spec }) => spec.name),
      ["d", "c", "b"],
    );
    assert.deepEqual(stage.tree.wanted("app/nobody"), []);
  });

  test("reports say what it was that ended, also when it is something else by then", () => {
    const stage = Stage.up(supervisor("app", abc));
    const reports: string[] = [];
    const reason = finished;
    stage.slowToEnd.add("app/a").add("app/b");
    stage.do(stage.tree.remove("app/a", 0));
    stage.do(stage.tree.replace("app/b", supervisor("b", []), 0));
    for (const path of ["app/a", "app/b"]) {
      for (const action of stage.tree.ended(stage.epoch(path), { reason, cpuNs: 0 }, 0)) {
        if (action.kind === "report") reports.push(`${action.path} ${action.spec.kind}`);
      }
    }
    assert.deepEqual(reports, ["app/a process", "app/b process"]);
  });

  test("reorder changes the order of starts and ends, those not named last", () => {
    const stage = Stage.up(supervisor("app", abc));
    stage.do(stage.tree.reorder("app", ["c", "x", "a"], 0));
    const paths = [...stage.tree.children()].map(({ path }) => path);
    assert.deepEqual(paths, ["app", "app/c", "app/a", "app/b"]);
    stage.do(stage.tree.end("app", { nowNs: 0 }));
    const asked = stage.take().filter((line) => line.startsWith("ask"));
    assert.deepEqual(asked, ["ask app/b", "ask app/a", "ask app/c"]);
  });

  test("reorder waits while children are being ended in the order there is", () => {
    const stage = Stage.up(supervisor("app", abc, { strategy: "one-for-all" }));
    stage.slowToEnd.add("app/b");
    stage.die("app/a");
    stage.do(stage.tree.reorder("app", ["c", "b", "a"], 0));
    stage.take();
    stage.die("app/b");
    assert.deepEqual(stage.take(), [
      "ended app/b exited(1)",
      "start app/c",
      "start app/b",
      "start app/a",
    ]);
  });

  test("reorder waits for the order there is also when the supervisor ends meanwhile", () => {
    const stage = Stage.up(supervisor("app", abc, { strategy: "one-for-all" }));
    stage.slowToEnd.add("app/c");
    stage.do(stage.tree.restart("app/a", 0));
    stage.do(stage.tree.reorder("app", ["c", "a", "b"], 0));
    stage.do(stage.tree.end("app", { nowNs: 0 }));
    stage.die("app/c", finished);
    assert.ok(stage.tree.hasEnded);
    const paths = [...stage.tree.children()].map(({ path }) => path);
    assert.deepEqual(paths, ["app", "app/c", "app/a", "app/b"]);
  });

  test("changes made together start nothing that the next of them removes", () => {
    const stage = new Stage(supervisor("app", abc));
    stage.slowToStart.add("app/a");
    stage.do(stage.tree.begin(0));
    stage.take();
    const actions = stage.tree.together(0, () => {
      stage.tree.remove("app/a", 0);
      stage.tree.remove("app/b", 0);
      stage.tree.add("app", worker("d"), { nowNs: 0 });
    });
    stage.do(actions);
    const lines = [
      "ask app/a",
      "ended app/a exited(0)",
      "start app/c",
      "start app/d",
      "started app",
    ];
    assert.deepEqual(stage.take(), lines);
  });

  test("a supervisor that is replaced in a group starts nothing more of what it was", () => {
    const s = supervisor("s", [worker("x")]);
    const stage = Stage.up(supervisor("app", [s, ...abc], { strategy: "one-for-all" }));
    stage.slowToEnd.add("app/c");
    stage.do(stage.tree.replace("app/s", worker("s"), 0));
    stage.take();
    assert.equal(stage.tree.child("app/s/x"), undefined);
    assert.equal(stage.tree.child("app/c")?.state, "ending");
  });

  test("nothing starts below what is ending, also where it was not asked yet", () => {
    const s = supervisor("s", [worker("x")]);
    const stage = Stage.up(supervisor("app", [s, worker("b")]));
    stage.slowToEnd.add("app/b");
    stage.do(stage.tree.end("app", { nowNs: 0 }));
    stage.take();
    stage.die("app/s/x");
    assert.deepEqual(stage.take(), ["failed app/s/x exited(1)"]);
    stage.die("app/b", finished);
    assert.ok(stage.tree.hasEnded);
    stage.do(stage.tree.begin(0));
    assert.equal(stage.tree.child("app/s/x")?.state, "up");
  });

  test("reorder of children that are being started leaves none out", () => {
    const stage = new Stage(supervisor("app", abc));
    stage.slowToStart.add("app/b");
    stage.do(stage.tree.begin(0));
    stage.do(stage.tree.reorder("app", ["c", "b", "a"], 0));
    stage.start("app/b");
    assert.deepEqual([...stage.take()].toSorted(), [
      "start app/a",
      "start app/b",
      "start app/c",
      "started app",
    ]);
  });

  test("remove of the child that is awaited lets the next one start", () => {
    const stage = new Stage(supervisor("app", abc));
    stage.slowToStart.add("app/b");
    stage.do(stage.tree.begin(0));
    stage.take();
    stage.do(stage.tree.remove("app/b", 0));
    assert.deepEqual(stage.take().slice(-2), ["start app/c", "started app"]);
  });

  test("replace ends what ran and starts what is new, also another kind", () => {
    const stage = Stage.up(supervisor("app", abc));
    stage.do(stage.tree.replace("app/b", supervisor("b", [worker("x")]), 0));
    assert.deepEqual(stage.take(), [
      "ask app/b",
      "ended app/b exited(0)",
      "start app/b/x",
      "started app/b",
    ]);
    stage.do(stage.tree.replace("app/b", worker("b"), 0));
    stage.take();
    stage.die("app/b");
    assert.deepEqual(stage.take(), ["failed app/b exited(1)", "start app/b"]);
  });

  test("replace starts a child at once that waited for its restart", () => {
    const stage = Stage.up(supervisor("app", [worker("a")]));
    stage.die("app/a");
    stage.die("app/a");
    stage.take();
    stage.do(stage.tree.replace("app/a", worker("a"), 0));
    assert.deepEqual(stage.take(), ["start app/a"]);
  });

  test("end keeps a child down until restart, and its supervisor and siblings up", () => {
    const stage = Stage.up(supervisor("app", abc));
    stage.do(stage.tree.end("app/b", { nowNs: 0 }));
    stage.wait(60 * second);
    assert.deepEqual(stage.take(), ["ask app/b", "ended app/b exited(0)"]);
    assert.equal(stage.tree.child("app/b")?.state, "held");
    stage.do(stage.tree.restart("app/b", stage.nowNs));
    assert.deepEqual(stage.take(), ["start app/b"]);
  });

  test("end of a child that waits for its restart keeps it down", () => {
    const stage = Stage.up(supervisor("app", abc));
    stage.die("app/a");
    stage.die("app/a");
    stage.take();
    stage.do(stage.tree.end("app/a", { nowNs: 0 }));
    stage.wait(60 * second);
    assert.deepEqual(stage.take(), []);
  });

  test("restart takes along whom the strategy names, also a child that is never restarted", () => {
    const children = [worker("a"), worker("b", { restart: "never" }), worker("c")];
    const stage = Stage.up(supervisor("app", children, { strategy: "rest-for-one" }));
    stage.do(stage.tree.restart("app/b", 0));
    assert.deepEqual(stage.take(), [
      "ask app/c",
      "ended app/c exited(0)",
      "ask app/b",
      "ended app/b exited(0)",
      "start app/b",
      "start app/c",
    ]);
  });

  test("restart counts no failure: no pace, no giving up", () => {
    const giveUp = { restarts: 0, withinNs: second };
    const stage = Stage.up(supervisor("app", abc, { giveUp }));
    for (let time = 0; time < 5; time++) stage.do(stage.tree.restart("app/a", 0));
    assert.equal(stage.tree.child("app/a")?.state, "up");
    assert.equal(stage.take().filter((line) => line === "start app/a").length, 5);
  });

  test("restart of the root ends the tree in order and begins it again", () => {
    const stage = Stage.up(supervisor("app", [worker("a")]));
    stage.do(stage.tree.restart("app", 0));
    assert.deepEqual(stage.take(), [
      "ask app/a",
      "ended app/a exited(0)",
      "ended app ended",
      "start app/a",
      "started app",
    ]);
  });

  test("are refused where they make no sense", () => {
    const stage = Stage.up(supervisor("app", abc));
    stage.spawn("app/a", worker("own"));
    assert.throws(() => stage.tree.end("app/x", { nowNs: 0 }), code("CHILD_UNKNOWN"));
    assert.throws(() => stage.tree.remove("app", 0), code("CHILD_NOT_DECLARED"));
    assert.throws(() => stage.tree.restart("app/a/own", 0), code("CHILD_NOT_DECLARED"));
    const options = { nowNs: 0 };
    assert.throws(() => stage.tree.add("app/a", worker("y"), options), code("CHILD_NOT_DECLARED"));
    const other = worker("other");
    assert.throws(() => stage.tree.replace("app/a", other, 0), code("SPEC_INVALID"));
  });
});

suite("specs", () => {
  const wrong: readonly (readonly [string, ChildSpec])[] = [
    ["two siblings of one name", supervisor("s", [worker("a"), worker("a")])],
    ["an empty name", worker("")],
    ["a name with a slash", worker("a/b")],
    ["a negative grace", worker("a", { graceNs: -1 })],
    ["half a restart", supervisor("s", [], { giveUp: { restarts: 0.5, withinNs: 1 } })],
    ["no time to give up in", supervisor("s", [], { giveUp: { restarts: 1, withinNs: 0 } })],
  ];
  for (const [what, spec] of wrong) {
    test(`${what} is refused, with the path`, () => {
      const make = (): Stage => new Stage(supervisor("app", [spec]));
      assert.throws(make, (error) => code("SPEC_INVALID")(error) && /"app/.test(String(error)));
    });
  }
});

suite("large trees", () => {
  test("a chain of a thousand supervisors starts, fails to the top, and ends", () => {
    let spec = supervisor("s", [worker("a")], { giveUp: { restarts: 0, withinNs: second } });
    for (let depth = 0; depth < 1000; depth++) {
      spec = supervisor("s", [spec], { giveUp: { restarts: 0, withinNs: second } });
    }
    const stage = Stage.up(spec);
    const path = `${"s/".repeat(1001)}a`;
    assert.equal(stage.tree.child(path)?.state, "up");
    stage.do(stage.tree.end("s", { nowNs: 0, isAtOnce: true }));
    stage.do(stage.tree.begin(0));
    stage.die(path);
    assert.match(stage.takeLast(), /^failed s gave-up.*exited\(1\)$/);
    assert.ok(stage.tree.hasEnded);
  });

  test("10,000 children start and end in order, and each death is one report and one start", () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `w${index}`);
    const children = names.map((name) => worker(name));
    const stage = Stage.up(supervisor("app", children));
    for (const name of names) stage.die(`app/${name}`, failing, 1e6);
    assert.equal(stage.take().length, 20_000);
    stage.do(stage.tree.end("app", { nowNs: 0 }));
    const lines = stage.take();
    assert.deepEqual(lines.slice(0, 2), ["ask app/w9999", "ended app/w9999 exited(0)"]);
    assert.equal(lines.length, 20_001);
    assert.ok(stage.tree.hasEnded);
  });

  test("what is told of an epoch that is over has no effect", () => {
    const stage = Stage.up(supervisor("app", [worker("a")]));
    const old = stage.epoch("app/a");
    stage.die("app/a", finished);
    stage.take();
    assert.deepEqual(stage.tree.ended(old, { reason: failing, cpuNs: 0 }, 0), []);
    assert.deepEqual(stage.tree.started(old, 0), []);
    assert.equal(stage.tree.child("app/a")?.state, "up");
  });
});
