import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { code, Scene, second } from "#test/control";

const two = { processes: { a: {}, b: { count: 2 } } };

suite("control: close", () => {
  test("ends all in their order, then the executors, and leaves what is wanted", async () => {
    const scene = new Scene();
    scene.deploy(two);
    scene.deploy({ app: "bank", processes: { c: {} } });
    scene.settle().take();
    const closed = scene.control.close();
    scene.pass(second);
    await closed;
    const ends = scene.take().filter((line) => /ended shop/.test(line));
    assert.deepEqual(ends, [
      "process-ended shop/b.2 exited(0)",
      "process-ended shop/b exited(0)",
      "process-ended shop/a exited(0)",
      "supervisor-ended shop ended",
    ]);
    scene.pass(100 * second);
    assert.deepEqual(scene.executors.running, []);
    scene.reboot();
    scene.settle();
    assert.deepEqual(scene.running, ["bank/c", "shop/a", "shop/b", "shop/b.2"]);
  });

  test("of nothing is at once", async () => {
    const scene = new Scene();
    await scene.control.close();
    await scene.control.close();
    scene.settle();
    assert.deepEqual(scene.executors.running, []);
  });

  test("takes no more than the grace of who does not listen", async () => {
    const scene = new Scene();
    scene.scripts.set("a", { askedNs: Infinity, startNs: 50e6 });
    scene.deploy({ processes: { a: { grace: "3s", count: 2 } } });
    scene.pass(60e6);
    const closed = scene.control.close();
    scene.pass(3 * second + 1e6);
    assert.equal(scene.running.length, 1);
    scene.pass(4 * second);
    await closed;
    assert.deepEqual(scene.running, []);
  });

  test("starts nothing any more, whoever wants it", async () => {
    const scene = new Scene();
    scene.scripts.set("a", { askedNs: 2 * second });
    scene.deploy(two);
    scene.settle();
    scene.control.remove("shop");
    scene.deploy({ processes: { c: {} } });
    const { control } = scene;
    const closed = control.close();
    scene.settle();
    assert.throws(() => scene.deploy(two), code("DAEMON_UNREACHABLE"));
    assert.throws(() => control.scale("shop", "c", 2), code("DAEMON_UNREACHABLE"));
    assert.throws(() => control.restart("shop/a"), code("DAEMON_UNREACHABLE"));
    assert.throws(() => control.end("shop/a"), code("DAEMON_UNREACHABLE"));
    assert.throws(() => control.remove("shop"), code("DAEMON_UNREACHABLE"));
    scene.executor.lose("in the middle of it");
    scene.pass(10 * second);
    await closed;
    assert.deepEqual(scene.executors.running, []);
    scene.reboot();
    scene.settle();
    assert.deepEqual(scene.running, ["shop/c"]);
  });
});

suite("control: what is wanted outlives the daemon", () => {
  const count = fc.nat(3);
  const app = fc.constantFrom("shop", "bank");
  const deed = fc.oneof(
    fc.record({ kind: fc.constant("deploy" as const), app, a: count, b: count }),
    fc.record({ kind: fc.constant("scale" as const), app, a: count }),
    fc.record({ kind: fc.constant("remove" as const), app }),
    fc.record({ kind: fc.constant("pass" as const), ns: fc.constantFrom(1e4, 1e6, second) }),
  );

  test("after any operations, also with a full disk, a new daemon has running what was", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(deed, fc.boolean()), { maxLength: 12 }), (deeds) => {
        const scene = new Scene();
        const model = new Map<string, { a: number; b: number }>();
        for (const [each, isFull] of deeds) {
          scene.disk.isFull = isFull;
          if (attempt(() => doDeed(scene, each))) noteIn(model, each);
          scene.disk.isFull = false;
        }
        const wanted = [...model].flatMap(([name, { a, b }]) => [
          ...instances(`${name}/a`, a),
          ...instances(`${name}/b`, b),
        ]);
        scene.pass(10 * second);
        assert.deepEqual(scene.running, wanted.toSorted());
        scene.reboot();
        scene.pass(second);
        assert.deepEqual(scene.running, wanted.toSorted());
      }),
      { numRuns: 200 },
    );
  });

  type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

  function doDeed(scene: Scene, each: Deed): void {
    if (each.kind === "deploy") {
      const { app: name, a, b } = each;
      scene.deploy({ app: name, processes: { a: { count: a }, b: { count: b } } });
    } else if (each.kind === "scale") scene.control.scale(each.app, "a", each.a);
    else if (each.kind === "remove") scene.control.remove(each.app);
    else scene.pass(each.ns);
  }

  function noteIn(model: Map<string, { a: number; b: number }>, each: Deed): void {
    if (each.kind === "deploy") model.set(each.app, { a: each.a, b: each.b });
    else if (each.kind === "remove") model.delete(each.app);
    else if (each.kind === "scale") {
      const counts = model.get(each.app);
      if (counts !== undefined) counts.a = each.a;
    }
  }

  function attempt(happen: () => void): boolean {
    try {
      happen();
      return true;
    } catch (error) {
      const isExpected = code("STATE_NOT_WRITABLE")(error) || code("APP_UNKNOWN")(error);
      assert.ok(isExpected, String(error));
      return false;
    }
  }

  function instances(path: string, wanted: number): readonly string[] {
    return Array.from({ length: wanted }, (_, index) =>
      index === 0 ? path : `${path}.${index + 1}`,
    );
  }
});
