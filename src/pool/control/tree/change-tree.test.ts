import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Tree } from "#core/supervise";
import { changeTree, treeOf } from "#pool/control/tree";
import { type Manifest, parseManifest } from "#pool/manifest";
import { appText, type AppTexts, code, Scene, second, type TreeTexts } from "#test/control";

function manifest(texts: AppTexts): Manifest {
  return parseManifest({ name: "noos.yaml", content: appText(texts) }).manifest;
}

function group(children: TreeTexts["children"], fields: object = {}): TreeTexts {
  return { strategy: "one-for-one", children, ...fields };
}

/** A scene with an app that is up, and nothing told yet. */
function upWith(texts: AppTexts): Scene {
  const scene = new Scene();
  scene.deploy(texts);
  scene.settle().take();
  return scene;
}

/** What started and ended. */
function moved(scene: Scene): readonly string[] {
  const moves = /^process-(?:started|ended)/;
  return scene
    .take()
    .filter((line) => moves.test(line))
    .map((line) =>
      line
        .replace("process-", "")
        .replace("shop/", "")
        .replace(/ \w+\(.*/, ""),
    );
}

suite("a changed tree: what moves", () => {
  const abc = { a: {}, b: {}, c: {} };
  const rows: readonly {
    readonly what: string;
    readonly from: AppTexts;
    readonly to: AppTexts;
    readonly moved: readonly string[];
    readonly order: readonly string[];
  }[] = [
    {
      what: "one that is added starts, in its place",
      from: { processes: { a: {}, c: {} } },
      to: { processes: abc },
      moved: ["started b"],
      order: ["a", "b", "c"],
    },
    {
      what: "one that is removed ends",
      from: { processes: abc },
      to: { processes: { a: {}, c: {} } },
      moved: ["ended b"],
      order: ["a", "c"],
    },
    {
      what: "one that has other arguments starts anew",
      from: { processes: abc },
      to: { processes: { ...abc, b: { args: ["x"] } } },
      moved: ["ended b", "started b"],
      order: ["a", "b", "c"],
    },
    {
      what: "one that is looked after in another way stays",
      from: { processes: abc },
      to: { processes: { ...abc, b: { restart: "never", grace: "1s", "give-up": "1 in 1s" } } },
      moved: [],
      order: ["a", "b", "c"],
    },
    {
      what: "another order moves nobody",
      from: { processes: abc },
      to: { processes: { c: {}, a: {}, b: {} } },
      moved: [],
      order: ["c", "a", "b"],
    },
    {
      what: "a larger count starts more",
      from: { processes: abc },
      to: { processes: { ...abc, a: { count: 3 } } },
      moved: ["started a.2", "started a.3"],
      order: ["a", "a.2", "a.3", "b", "c"],
    },
    {
      what: "a smaller count ends the last ones, the very last first",
      from: { processes: { ...abc, a: { count: 3 } } },
      to: { processes: abc },
      moved: ["ended a.3", "ended a.2"],
      order: ["a", "b", "c"],
    },
    {
      what: "one that gets another parent starts anew there",
      from: { processes: abc, tree: group(["a", "b", { supervisor: group(["c"]) }]) },
      to: { processes: abc, tree: group(["a", { supervisor: group(["b", "c"], { name: "s" }) }]) },
      moved: ["ended root.3/c", "ended b", "started s/b", "started s/c"],
      order: ["a", "s", "s/b", "s/c"],
    },
    {
      what: "fields of supervisors move nobody",
      from: { processes: abc, tree: group(["a", { supervisor: group(["b", "c"]) }]) },
      to: {
        processes: abc,
        tree: group(["a", { supervisor: group(["b", "c"], { strategy: "one-for-all" }) }], {
          "give-up": "1 in 1s",
          strategy: "rest-for-one",
        }),
      },
      moved: [],
      order: ["a", "root.2", "root.2/b", "root.2/c"],
    },
    {
      what: "a process can become a supervisor of its name",
      from: { processes: { x: {}, a: {} } },
      to: { processes: { a: {} }, tree: group([{ supervisor: group(["a"], { name: "x" }) }]) },
      moved: ["ended a", "ended x", "started x/a"],
      order: ["x", "x/a"],
    },
    {
      what: "restarts under rest-for-one take those behind along",
      from: { processes: abc, tree: { strategy: "rest-for-one", children: ["a", "b", "c"] } },
      to: {
        processes: { ...abc, b: { args: ["x"] } },
        tree: { strategy: "rest-for-one", children: ["a", "b", "c"] },
      },
      moved: ["ended c", "ended b", "started b", "started c"],
      order: ["a", "b", "c"],
    },
  ];
  for (const row of rows) {
    test(row.what, async () => {
      const scene = upWith(row.from);
      scene.deploy(row.to);
      scene.settle();
      assert.deepEqual(moved(scene).toSorted(), row.moved.toSorted());
      const expected = ["shop", ...row.order.map((name) => `shop/${name}`)];
      assert.deepEqual(
        await scene.states(),
        expected.map((path) => `${path} running`),
      );
    });
  }
});

suite("a changed tree: while earlier changes are under way", () => {
  /** An app in which `x` takes 10 s to end. */
  function slowWith(texts: AppTexts): Scene {
    const scene = upWith(texts);
    scene.scripts.set("x", { askedNs: 3 * second });
    scene.control.restart("shop");
    scene.pass(5 * second);
    scene.take();
    return scene;
  }

  test("what is wanted again in another place stands there", async () => {
    const scene = slowWith({ processes: { x: {}, a: {}, b: {} } });
    scene.deploy({ processes: { a: {}, b: {} } });
    scene.settle();
    scene.deploy({ processes: { a: {}, b: {}, x: {} } });
    scene.pass(10 * second);
    const running = ["shop", "shop/a", "shop/b", "shop/x"].map((path) => `${path} running`);
    assert.deepEqual(await scene.states(), running);
  });

  test("a process that is to be a supervisor gets the children of the newest deploy", async () => {
    const scene = slowWith({ processes: { x: {}, a: {} } });
    const withX = (children: readonly string[]): AppTexts => {
      const others = ["a", "b"].filter((name) => !children.includes(name));
      const x = { supervisor: group(children, { name: "x" }) };
      return { processes: { a: {}, b: {} }, tree: group([...others, x]) };
    };
    scene.deploy(withX(["a"]));
    scene.settle();
    scene.deploy(withX(["a", "b"]));
    scene.pass(10 * second);
    const running = ["shop", "shop/x", "shop/x/a", "shop/x/b"].map((path) => `${path} running`);
    assert.deepEqual(await scene.states(), running);
  });

  test("one that starts anew does so with what was said last of how it is looked after", () => {
    const texts = (x: Record<string, unknown>): AppTexts => ({ processes: { x } });
    const tree = new Tree(treeOf(manifest(texts({}))), { chance: () => 0 });
    const [start] = tree.begin(0);
    assert.equal(start?.kind, "start");
    tree.started(start.epoch, 0);
    const change = (x: Record<string, unknown>, restarted: readonly string[]): void => {
      changeTree({ tree, nowNs: 0, restarted: new Set(restarted) }, treeOf(manifest(texts(x))));
    };
    change({ args: ["1"] }, ["x"]);
    change({ args: ["1"], grace: "1s" }, []);
    const reason = { kind: "exited", code: 0 } as const;
    const actions = tree.ended(start.epoch, { reason, cpuNs: 0 }, 0);
    const again = actions.find(({ kind }) => kind === "start");
    assert.ok(again?.kind === "start" && again.spec.graceNs === second);
  });

  test("one that waits for its pace starts at once when it is replaced", () => {
    const scene = upWith({ processes: { a: {} } });
    for (let time = 0; time < 8; time++) {
      if (scene.running.length > 0) scene.end("shop/a");
      scene.pass(10e6);
    }
    assert.deepEqual(scene.running, []);
    scene.deploy({ processes: { a: { args: ["mended"] } } });
    scene.pass(10e6);
    assert.deepEqual(scene.running, ["shop/a"]);
  });
});

suite("a changed tree: what was done", () => {
  test("starts again where it would have been restarted", () => {
    const scene = new Scene();
    scene.scripts.set("a", { lifeNs: 1e6 });
    scene.scripts.set("b", { lifeNs: 1e6, reason: { kind: "exited", code: 3 } });
    const never = { restart: "never" };
    scene.deploy({ processes: { a: never, b: never } });
    scene.settle();
    assert.deepEqual(scene.running, []);
    scene.scripts.clear();
    scene.deploy({ processes: { a: { restart: "on-failure" }, b: { restart: "on-failure" } } });
    scene.settle();
    assert.deepEqual(scene.running, ["shop/b"]);
    scene.deploy({ processes: { a: {}, b: {} } });
    scene.settle();
    assert.deepEqual(scene.running, ["shop/a", "shop/b"]);
  });

  test("a supervisor that gave up starts again with what was mended in it", () => {
    const scene = new Scene();
    scene.scripts.set("b", { lifeNs: 1e6, reason: { kind: "exited", code: 3 } });
    const tree = (count: number): AppTexts => ({
      processes: { a: {}, b: { args: [String(count)] } },
      tree: group([
        "a",
        { supervisor: group(["b"], { restart: "never", "give-up": "1 in 10s", name: "s" }) },
      ]),
    });
    scene.deploy(tree(1));
    scene.pass(10 * second);
    assert.deepEqual(scene.running, ["shop/a"]);
    scene.scripts.clear();
    scene.deploy(tree(1));
    scene.settle();
    assert.deepEqual(scene.running, ["shop/a"], "nothing changed");
    scene.deploy(tree(2));
    scene.settle();
    assert.deepEqual(scene.running, ["shop/a", "shop/s/b"]);
  });

  test("has no history from before it was removed", async () => {
    const scene = upWith({ processes: { a: {}, b: {} } });
    scene.end("shop/a");
    scene.pass(second);
    scene.control.end("shop/a");
    scene.settle();
    scene.deploy({ processes: { b: {} } });
    scene.deploy({ processes: { a: {}, b: {} } });
    scene.settle();
    const views = await scene.host.time.until(scene.control.processes("shop"));
    const a = views.find(({ path }) => path === "shop/a");
    assert.deepEqual([a?.restarts, a?.lastEnd], [0, undefined]);
    assert.throws(() => scene.control.end("shop/c"), code("CHILD_UNKNOWN"));
  });
});
