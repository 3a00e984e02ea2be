import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ChildId } from "#core/host";
import type { ExecutorOrder } from "#pool/host";
import { type AppTexts, failing, Scene, second } from "#test/control";

const texts: AppTexts = {
  processes: { parent: { uses: { spawn: ["child"] } }, child: { count: 0, memory: "1MiB" } },
};

/** A scene in which `shop/parent` runs. */
function upWith(grace = "5s"): Scene {
  const scene = new Scene();
  const { parent, child } = texts.processes;
  scene.deploy({ processes: { parent: { ...parent, grace }, child: child ?? {} } });
  scene.settle().take();
  return scene;
}

function spawn(scene: Scene, name: string): ExecutorOrder | undefined {
  const { life, executor } = scene.at("shop/parent");
  executor.say({ kind: "spawn", life, request: { spec: "child", name } });
  scene.pass(10e6);
  return executor.orders.findLast(({ kind }) => kind === "spawned");
}

suite("programs as parents, in a control", () => {
  test("give children their unlisted calls only where they say so", () => {
    const scene = new Scene();
    const [parent, child] = [{ spawn: ["child"], unlisted: "count" }, { unlisted: "count" }];
    scene.deploy({
      processes: { parent: { uses: parent }, child: { ...texts.processes["child"], uses: child } },
    });
    scene.settle();
    const { life, executor } = scene.at("shop/parent");
    const asked = [undefined, ["unlisted:count"], []];
    for (const [index, uses] of asked.entries()) {
      const request = { spec: "child", name: `c${index}`, ...(uses && { uses }) };
      executor.say({ kind: "spawn", life, request });
      scene.pass(10e6);
    }
    assert.deepEqual(
      asked.map((_, index) => scene.at(`shop/parent/c${index}`).order.unlisted),
      ["count", "count", undefined],
    );
  });

  test("start children on their own executor, and are told of their ends", () => {
    const scene = upWith();
    const answer = spawn(scene, "c1");
    const { life, executor } = scene.at("shop/parent/c1");
    assert.ok(answer?.kind === "spawned" && answer.answer === (life as number));
    assert.equal(executor, scene.at("shop/parent").executor);
    scene.end("shop/parent/c1", failing);
    assert.ok(scene.take().includes("process-ended shop/parent/c1 exited(1)"));
    const notice = executor.orders.findLast(({ kind }) => kind === "notice");
    assert.ok(notice?.kind === "notice" && notice.notice.kind === "ended");
    assert.ok(notice.notice.isFailure);
    executor.say({
      kind: "acknowledge",
      life: scene.at("shop/parent").life,
      child: life as number as ChildId,
    });
    scene.pass(10 * second);
    assert.deepEqual(scene.running, ["shop/parent"]);
    assert.deepEqual(scene.take(), []);
  });

  test("end with all their children when they acknowledge no failure", () => {
    const scene = upWith();
    spawn(scene, "c1");
    spawn(scene, "c2");
    scene.end("shop/parent/c1", failing);
    scene.take();
    scene.pass(5.01 * second);
    const ends = scene.take().filter((line) => line.startsWith("process-ended"));
    assert.equal(ends.length, 2);
    assert.match(ends[1] ?? "", /^process-ended shop\/parent unacknowledged: shop\/parent\/c1/);
    assert.deepEqual(scene.running, ["shop/parent"]);
  });

  test("that are no longer wanted start nothing more while they end", () => {
    const scene = upWith();
    scene.scripts.set("shop/parent", { askedNs: 2 * second });
    scene.control.restart("shop/parent");
    scene.settle();
    scene.deploy({ processes: { child: { count: 0 } } });
    scene.settle();
    const answer = spawn(scene, "late");
    assert.ok(answer?.kind === "spawned" && answer.answer === "EPERM");
    scene.pass(5 * second);
    assert.deepEqual(scene.running, []);
  });

  test("are lost with their children, and come back without them", () => {
    const scene = upWith();
    spawn(scene, "c1");
    scene.executor.lose("gone");
    scene.pass(second);
    assert.deepEqual(scene.running, ["shop/parent"]);
  });

  test("keep their children while what is wanted changes around them", () => {
    const scene = upWith();
    spawn(scene, "c1");
    scene.deploy({ processes: { ...texts.processes, other: {} } });
    scene.settle();
    assert.deepEqual(scene.running, ["shop/other", "shop/parent", "shop/parent/c1"]);
    scene.control.remove("shop");
    scene.settle();
    assert.deepEqual(scene.running, []);
  });
});
