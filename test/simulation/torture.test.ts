/** Rows of the table of torture that can be shown on virtual time. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type AppTexts, failing, Scene, second, type TreeTexts } from "#test/control";

function group(children: TreeTexts["children"], fields: object = {}): TreeTexts {
  return { strategy: "one-for-one", children, ...fields };
}

function upWith(texts: AppTexts, executorsMax = 2): Scene {
  const scene = new Scene({ executorsMax });
  scene.deploy(texts);
  scene.settle().take();
  return scene;
}

function startsIn(lines: readonly string[], path: string): number {
  return lines.filter((line) => line === `process-starting ${path}`).length;
}

suite("torture: crash loops", () => {
  test("one that always crashes is retried for ever, ever less often, and disturbs nobody", () => {
    const scene = new Scene();
    scene.scripts.set("bad", { lifeNs: 1e6, reason: failing });
    scene.deploy({ processes: { bad: {}, good: {} } });
    scene.pass(10 * second);
    const early = startsIn(scene.take(), "shop/bad");
    assert.ok(early >= 6 && early <= 9, `${early} starts in ten seconds`);
    scene.pass(600 * second);
    const late = startsIn(scene.take(), "shop/bad");
    assert.ok(late >= 20 && late <= 45, `${late} starts in ten minutes`);
    assert.deepEqual(
      scene.running.filter((path) => path !== "shop/bad"),
      ["shop/good"],
    );
  });

  test("a hundred take no more than the share, and each is retried after ten minutes", () => {
    const scene = new Scene();
    const cpuNs = 0.3 * second;
    const windowNs = 6000 * second;
    scene.scripts.set("bad", { lifeNs: cpuNs, reason: failing, cpuNs });
    scene.deploy({ processes: { bad: { count: 100 } } });
    scene.pass(600 * second);
    scene.take();
    scene.pass(windowNs);
    const starts = new Map<string, number>();
    for (const line of scene.take()) {
      const [kind, path = ""] = line.split(" ");
      if (kind === "process-starting") starts.set(path, (starts.get(path) ?? 0) + 1);
    }
    const sum = [...starts.values()].reduce((all, count) => all + count, 0);
    const share = (sum * cpuNs) / windowNs;
    // Each may owe for one run when the window begins, which makes 30 s of 6000 s.
    assert.ok(share <= 0.055, `they took ${share} of a core`);
    assert.ok(share > 0.045, `they took only ${share} of a core`);
    assert.equal(starts.size, 100);
  });
});

suite("torture: bursts and ends", () => {
  test("200 processes at once and then a stop leave nothing", () => {
    for (const afterNs of [0, 1e5, 1e6, 1e7, second]) {
      const scene = new Scene();
      scene.settle();
      scene.deploy({ processes: { a: { count: 200, grace: "0s" } } });
      scene.pass(afterNs);
      scene.control.remove("shop");
      scene.pass(second);
      assert.deepEqual(scene.running, []);
      assert.equal(scene.take().at(-1), "supervisor-ended shop ended");
    }
  });

  test("an end in the middle of a start ends who is on its way, and starts no other", () => {
    const scene = new Scene();
    scene.settle();
    scene.scripts.set("a", { startNs: second, askedNs: Infinity });
    scene.deploy({ processes: { a: { grace: "100ms" }, b: {} } });
    for (const end of ["shop/a", "shop"]) {
      scene.settle();
      scene.control.end(end);
      scene.pass(0.15 * second);
      assert.ok(!scene.running.includes("shop/a"));
      scene.control.restart("shop/a");
    }
    scene.control.end("shop");
    scene.pass(3 * second);
    assert.deepEqual(scene.running, []);
  });

  test("who does not listen is ended when its grace is over, and counts as no failure", () => {
    const scene = new Scene();
    scene.scripts.set("a", { askedNs: Infinity });
    scene.deploy({ processes: { a: { grace: "2s", "give-up": "0 in 1h" } } });
    scene.settle();
    scene.control.restart("shop/a");
    scene.pass(1.9 * second);
    assert.ok(scene.at("shop/a").isAsked && !scene.at("shop/a").isToldToEnd);
    scene.pass(0.3 * second);
    assert.ok(!scene.at("shop/a").isAsked);
  });
});

suite("torture: restarts in a tree", () => {
  test("a middle child of rest-for-one takes those behind it along, in order", () => {
    const tree = group(["a", "b", "c", "d"], { strategy: "rest-for-one" });
    const scene = upWith({ processes: { a: {}, b: {}, c: {}, d: {} }, tree });
    const lives = scene.at("shop/a").life;
    scene.end("shop/b");
    scene.settle();
    assert.deepEqual(scene.take(), [
      "process-ended shop/b exited(1)",
      "process-asked shop/d",
      "process-ended shop/d exited(0)",
      "process-asked shop/c",
      "process-ended shop/c exited(0)",
      "process-starting shop/b",
      "process-started shop/b",
      "process-starting shop/c",
      "process-started shop/c",
      "process-starting shop/d",
      "process-started shop/d",
    ]);
    assert.equal(scene.at("shop/a").life, lives);
  });

  test("giving up goes up three levels to the root, and a restart mends it", async () => {
    const gives = { "give-up": "1 in 1m" };
    const inner = group(["bad"], { ...gives, name: "inner" });
    const middle = group([{ supervisor: inner }, "near"], { ...gives, name: "middle" });
    const tree = group(["far", { supervisor: middle }], gives);
    const scene = new Scene();
    scene.scripts.set("bad", { lifeNs: 1e6, reason: failing });
    scene.deploy({ processes: { bad: {}, near: {}, far: {} }, tree });
    scene.pass(20 * second);
    assert.deepEqual(scene.running, []);
    const text = scene.take().at(-1) ?? "";
    const chain = ["shop/middle", "shop/middle/inner", "shop/middle/inner/bad", "exited(1)"];
    const levels = chain.map((link) => text.indexOf(`: ${link}`));
    assert.ok(
      levels.every((at, index) => at > (levels[index - 1] ?? 0)),
      text,
    );
    const [status] = (await scene.control.status()).apps;
    assert.deepEqual([status?.state, status?.running], ["failed", 0]);
    scene.scripts.clear();
    scene.control.restart("shop");
    scene.settle();
    const [mended] = (await scene.control.status()).apps;
    assert.deepEqual([mended?.state, mended?.running, mended?.wanted], ["running", 3, 3]);
  });

  test("with its executor killed, a supervisor's children are back, and in their order", () => {
    const tree = group(["a", { supervisor: group(["b", "c"], { strategy: "one-for-all" }) }]);
    const scene = upWith({ processes: { a: {}, b: {}, c: {} }, tree });
    scene.executor.lose("SIGKILL");
    scene.pass(0.5 * second);
    assert.deepEqual(scene.running, ["shop/a", "shop/root.2/b", "shop/root.2/c"]);
    const starts = scene.take().filter((line) => /starting .*root/.test(line));
    assert.deepEqual(starts, ["process-starting shop/root.2/b", "process-starting shop/root.2/c"]);
  });
});

suite("torture: ten thousand processes in one tree", () => {
  /** How often any of them is sent a message, and how many orders are in them. */
  function trafficOf(scene: Scene): number {
    return scene.executors.started.reduce((sum, { orders }) => sum + orders.length, 0);
  }

  /** What happens to a tree of so many costs so many orders, events and looks at a child. */
  function workFor(count: number): Readonly<Record<string, number>> {
    const scene = new Scene({ executorsMax: 4 });
    scene.settle();
    const work: Record<string, number> = {};
    const measure = (name: string, happen: () => void): void => {
      const before = trafficOf(scene);
      happen();
      work[name] = trafficOf(scene) - before + scene.take().length;
    };
    const ten = { count: Math.floor(count / 10), grace: "0s" };
    const names = Array.from({ length: 10 }, (_, index) => [`p${index}`, ten] as const);
    const processes = Object.fromEntries(names);
    measure("deploy", () => {
      scene.deploy({ processes });
      scene.pass(60 * second);
    });
    assert.equal(scene.running.length, count);
    measure("same again", () => void scene.deploy({ processes }));
    measure("executor lost", () => {
      scene.executor.lose("SIGKILL");
      scene.pass(60 * second);
    });
    assert.equal(scene.running.length, count);
    measure("all anew", () => {
      const others = names.map(([name]) => [name, { ...ten, args: ["x"] }] as const);
      scene.deploy({ processes: Object.fromEntries(others) });
      scene.pass(60 * second);
    });
    measure("remove", () => {
      scene.control.remove("shop");
      scene.pass(60 * second);
    });
    assert.deepEqual(scene.running, []);
    return work;
  }

  test("cost ten times as much as a thousand, whatever happens to them", () => {
    const small = workFor(1000);
    const large = workFor(10_000);
    assert.ok((small["same again"] ?? 0) <= 1);
    for (const [name, count] of Object.entries(large)) {
      const most = Math.max(5, (small[name] ?? 0) * 10.5);
      assert.ok(count <= most, `${name}: ${count} for 10,000, ${small[name]} for 1000`);
    }
  });
});
