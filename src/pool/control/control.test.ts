import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { code, failing, Scene, second, type TreeTexts } from "#test/control";

function group(children: TreeTexts["children"]): TreeTexts {
  return { strategy: "one-for-one", children };
}

const two = { processes: { a: {}, b: { count: 2 } } };

suite("control: deploy", () => {
  test("starts what is wanted from left to right, and says what happens", async () => {
    const scene = new Scene().settle();
    assert.deepEqual(scene.take(), ["executor-started executor 0, process 1"]);
    const { plan } = scene.deploy(two);
    assert.equal(plan.counts.starts, 3);
    scene.settle();
    assert.deepEqual(scene.running, ["shop/a", "shop/b", "shop/b.2"]);
    const states = ["shop running", "shop/a running", "shop/b running", "shop/b.2 running"];
    assert.deepEqual(await scene.states(), states);
    assert.deepEqual(scene.take(), [
      "app-deployed shop shop: 2 to add, 0 kept; 3 processes start, 0 end",
      "process-starting shop/a",
      "process-started shop/a",
      "process-starting shop/b",
      "process-started shop/b",
      "process-starting shop/b.2",
      "process-started shop/b.2",
      "supervisor-started shop",
    ]);
  });

  test("says for whom others wait, and who failed for good", async () => {
    const scene = new Scene().settle();
    const refusal = { kind: "refused", code: "IMAGE_UNKNOWN", why: "gone", hint: "" } as const;
    scene.scripts.set("bad", { refusal }).set("once", { lifeNs: 1e6, reason: failing });
    const once = { restart: "never" };
    scene.deploy({ processes: { once, bad: {}, later: {} } });
    scene.settle();
    const views = await scene.host.time.until(scene.control.processes());
    assert.deepEqual(
      views.map(({ path, state, waitsFor, hasFailed }) => [path, state, waitsFor, hasFailed]),
      [
        ["shop", "starting", undefined, undefined],
        ["shop/once", "done", undefined, true],
        ["shop/bad", "waiting", undefined, true],
        ["shop/later", "idle", "shop/bad", undefined],
      ],
    );
    const [app] = (await scene.host.time.until(scene.control.status())).apps;
    assert.deepEqual([app?.wanted, app?.running, app?.failed], [2, 0, 1]);
  });

  test("says why a start was refused and what to do, until another end", async () => {
    const scene = new Scene().settle();
    const refusal = { kind: "refused", code: "FILE_NOT_FOUND", why: "gone", hint: "mend" } as const;
    scene.scripts.set("a", { refusal });
    scene.deploy({ processes: { a: {} } });
    const lastEnd = async (): Promise<readonly unknown[]> => {
      const views = await scene.host.time.until(scene.control.processes());
      return views.slice(1).map(({ lastEnd, lastEndHint }) => [lastEnd, lastEndHint]);
    };
    scene.settle();
    assert.deepEqual(await lastEnd(), [["refused(gone)", "mend"]]);
    scene.scripts.clear();
    scene.pass(60 * second);
    scene.end("shop/a");
    assert.deepEqual(await lastEnd(), [["exited(1)", undefined]]);
  });

  test("refuses an app whose directories are not there, planned and deployed", () => {
    const scene = new Scene();
    scene.lostDirectories.add("/home/app/data");
    const texts = { processes: { a: { uses: { files: ["./data"] } } } };
    assert.throws(() => scene.plan(texts), code("MANIFEST_INVALID"));
    assert.throws(() => scene.deploy(texts), code("MANIFEST_INVALID"));
    assert.deepEqual(scene.disk.open().list("app/"), []);
    scene.lostDirectories.clear();
    scene.deploy(texts);
    scene.settle();
    assert.deepEqual(scene.running, ["shop/a"]);
  });

  test("refuses an app that would see the daemon's own data, planned and deployed", () => {
    const scene = new Scene();
    const texts = { processes: { a: { uses: { files: ["/data:ro"] } } } };
    assert.throws(() => scene.plan(texts), code("GRANT_INVALID"));
    assert.throws(() => scene.deploy(texts), code("GRANT_INVALID"));
  });

  test("leaves all as it was when the manifest is wrong or an image is missing", async () => {
    const scene = new Scene();
    scene.deploy(two);
    scene.settle();
    const before = { states: await scene.states(), kept: scene.disk.open().list("") };
    const manifest = "app: shop\nprocesses: 3";
    assert.throws(() => scene.deploy(two, { manifest }), code("MANIFEST_INVALID"));
    const noImages = { ...scene.request(two), images: {} };
    assert.throws(() => scene.control.deploy(noImages), code("MANIFEST_INVALID"));
    scene.lostImages.add("a.wasm#1");
    assert.throws(() => scene.deploy(two), code("IMAGE_UNKNOWN"));
    assert.ok(scene.plan(two).isEmpty, "a plan needs no image");
    scene.settle();
    assert.deepEqual({ states: await scene.states(), kept: scene.disk.open().list("") }, before);
  });

  test("takes the deepest and widest tree that a manifest may have", () => {
    const scene = new Scene();
    // Names by place grow with the depth, and a tree has room for a hundred characters.
    const others = Array.from({ length: 999 }, () => ({ supervisor: group([]) }));
    let tree = group(["a"]);
    for (let depth = 0; depth < 19; depth++) tree = group([...others, { supervisor: tree }]);
    scene.deploy({ processes: { a: {} }, tree });
    scene.settle();
    assert.equal(scene.running.length, 1);
  });

  test("keeps nothing and changes nothing when the disk is full", async () => {
    const scene = new Scene();
    scene.deploy(two);
    scene.settle();
    const states = await scene.states();
    scene.take();
    scene.disk.isFull = true;
    const { control } = scene;
    assert.throws(() => scene.deploy({ processes: { c: {} } }), code("STATE_NOT_WRITABLE"));
    assert.throws(() => control.scale("shop", "b", 5), code("STATE_NOT_WRITABLE"));
    assert.throws(() => control.remove("shop"), code("STATE_NOT_WRITABLE"));
    assert.throws(() => control.setSecret("shop", "KEY", "v"), code("STATE_NOT_WRITABLE"));
    scene.settle();
    assert.deepEqual(await scene.states(), states);
    assert.deepEqual(scene.take(), []);
  });

  test("restarts processes whose image was rebuilt, and leaves the others alone", () => {
    const scene = new Scene();
    scene.deploy(two);
    scene.settle();
    scene.take();
    const images = { "b.wasm": "b.wasm#2" };
    assert.equal(scene.plan(two, { images }).counts.restarted, 1);
    scene.deploy(two, { images });
    scene.settle();
    const lines = scene.take().filter((line) => line.startsWith("process-started"));
    assert.deepEqual(lines, ["process-started shop/b", "process-started shop/b.2"]);
    assert.equal(scene.at("shop/b").order.image, "b.wasm#2");
    assert.equal(scene.at("shop/a").order.image, "a.wasm#1");
  });

  test("wants an app again that is ending or was ended", () => {
    const scene = new Scene();
    scene.scripts.set("a", { askedNs: second });
    scene.deploy(two);
    scene.settle();
    scene.control.end("shop");
    scene.pass(0.5 * second);
    scene.deploy(two);
    scene.pass(2 * second);
    assert.deepEqual(scene.running, ["shop/a", "shop/b", "shop/b.2"]);
    scene.control.end("shop");
    scene.pass(2 * second);
    assert.deepEqual(scene.running, []);
    scene.deploy(two);
    scene.settle();
    assert.deepEqual(scene.running, ["shop/a", "shop/b", "shop/b.2"]);
  });
});

suite("control: remove", () => {
  test("ends an app in its order and forgets it", async () => {
    const scene = new Scene();
    scene.deploy(two);
    scene.settle();
    scene.take();
    scene.control.remove("shop");
    scene.settle();
    assert.deepEqual(scene.running, []);
    assert.deepEqual(await scene.states(), []);
    assert.deepEqual(scene.take(), [
      "app-removed shop",
      "process-asked shop/b.2",
      "process-ended shop/b.2 exited(0)",
      "process-asked shop/b",
      "process-ended shop/b exited(0)",
      "process-asked shop/a",
      "process-ended shop/a exited(0)",
      "supervisor-ended shop ended",
    ]);
    assert.throws(() => scene.control.remove("shop"), code("APP_UNKNOWN"));
  });

  test("an app of that name that is deployed meanwhile starts when the old one is gone", () => {
    const scene = new Scene();
    scene.scripts.set("shop/a", { askedNs: 2 * second });
    scene.deploy({ processes: { a: {} } });
    scene.settle();
    scene.control.remove("shop");
    scene.settle();
    const { plan } = scene.deploy({ processes: { c: {} } });
    assert.equal(plan.counts.added, 1);
    assert.deepEqual(scene.running, ["shop/a"]);
    scene.pass(3 * second);
    assert.deepEqual(scene.running, ["shop/c"]);
  });

  test("what is to follow a removed app can be planned, scaled and removed", async () => {
    const scene = new Scene();
    scene.scripts.set("shop/a", { askedNs: 2 * second });
    scene.deploy({ processes: { a: {} } });
    scene.settle();
    scene.control.remove("shop");
    scene.deploy({ processes: { c: {} } });
    assert.ok(scene.plan({ processes: { c: {} } }).isEmpty);
    scene.control.scale("shop", "c", 2);
    assert.throws(() => scene.control.restart("shop"), code("APP_UNKNOWN"));
    assert.deepEqual(await scene.states("shop"), ["shop ending", "shop/a ending"]);
    scene.pass(3 * second);
    assert.deepEqual(scene.running, ["shop/c", "shop/c.2"]);
    scene.scripts.set("shop/c", { askedNs: 2 * second });
    scene.control.restart("shop/c");
    scene.settle();
    scene.control.remove("shop");
    scene.deploy({ processes: { d: {} } });
    scene.control.remove("shop");
    scene.pass(10 * second);
    assert.deepEqual(scene.running, []);
    assert.deepEqual(scene.disk.open().list(""), []);
  });
});

suite("control: scale", () => {
  test("changes one count until a deploy says otherwise, and survives", () => {
    const scene = new Scene();
    scene.deploy(two);
    scene.control.scale("shop", "b", 3);
    scene.settle();
    assert.deepEqual(scene.running, ["shop/a", "shop/b", "shop/b.2", "shop/b.3"]);
    scene.reboot();
    scene.settle();
    assert.deepEqual(scene.running, ["shop/a", "shop/b", "shop/b.2", "shop/b.3"]);
    scene.control.scale("shop", "b", 0);
    scene.settle();
    assert.deepEqual(scene.running, ["shop/a"]);
    assert.equal(scene.plan(two).counts.starts, 2);
    scene.deploy(two);
    scene.settle();
    assert.deepEqual(scene.running, ["shop/a", "shop/b", "shop/b.2"]);
  });

  test("refuses what nobody knows or could mean", () => {
    const scene = new Scene();
    const { control } = scene;
    assert.throws(() => control.scale("shop", "a", 1), code("APP_UNKNOWN"));
    scene.deploy(two);
    assert.throws(() => control.scale("shop", "x", 1), code("CHILD_UNKNOWN"));
    for (const count of [-1, 0.5, Number.NaN, 1e9]) {
      assert.throws(() => control.scale("shop", "a", count), code("REQUEST_INVALID"));
    }
    assert.throws(() => control.scale("shop", "a", 99_999), code("REQUEST_INVALID"));
  });
});

suite("control: end and restart", () => {
  test("restarts of a supervisor are counted, as those of a process are", async () => {
    const scene = new Scene();
    const tired = {
      name: "tired",
      strategy: "one-for-one",
      "give-up": "1 in 1m",
      children: ["bad"],
    };
    const tree = { strategy: "one-for-one", children: ["a", { supervisor: tired }] };
    scene.scripts.set("bad", { lifeNs: 1e6, reason: failing });
    scene.deploy({ processes: { a: {}, bad: {} }, tree });
    scene.pass(5 * second);
    const starts = scene.take().filter((line) => line === "supervisor-started shop/tired").length;
    assert.ok(starts > 2, `${starts} starts`);
    const views = await scene.host.time.until(scene.control.processes());
    const restarts = new Map(views.map((view) => [view.path, view.restarts]));
    assert.equal(restarts.get("shop/tired"), starts - 1);
    assert.equal(restarts.get("shop"), 0);
  });

  test("a process that was ended stays down until it is wanted again", async () => {
    const scene = new Scene();
    scene.deploy(two);
    scene.settle();
    scene.control.end("shop/a");
    scene.pass(100 * second);
    const [status] = (await scene.control.status()).apps;
    assert.deepEqual([status?.state, status?.wanted, status?.running], ["running", 2, 2]);
    assert.deepEqual((await scene.states())[1], "shop/a held");
    scene.deploy(two);
    scene.settle();
    assert.deepEqual(scene.running, ["shop/b", "shop/b.2"]);
    scene.control.restart("shop/a");
    scene.settle();
    assert.deepEqual(scene.running, ["shop/a", "shop/b", "shop/b.2"]);
  });

  test("of what is not there is refused", () => {
    const scene = new Scene();
    scene.deploy(two);
    for (const deed of ["end", "restart"] as const) {
      assert.throws(() => scene.control[deed]("shop/x"), code("CHILD_UNKNOWN"));
      assert.throws(() => scene.control[deed]("nowhere/a"), code("APP_UNKNOWN"));
      assert.throws(() => scene.control[deed](""), code("APP_UNKNOWN"));
    }
  });

  test("end in the middle of a start ends what was only ordered", () => {
    const scene = new Scene();
    scene.scripts.set("a", { startNs: 10 * second });
    scene.deploy(two);
    scene.pass(second);
    assert.deepEqual(scene.running, ["shop/a"]);
    scene.control.end("shop");
    scene.settle();
    assert.deepEqual(scene.running, []);
    scene.control.restart("shop");
    scene.pass(11 * second);
    assert.deepEqual(scene.running, ["shop/a", "shop/b", "shop/b.2"]);
  });
});
