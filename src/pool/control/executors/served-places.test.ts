import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { SimulatedExecutor } from "#adapters/sim/daemon";
import { type AppTexts, Scene, second } from "#test/control";

const near = { serve: "/near/" };
const far = { serve: ["/far/", "far.example/"], uses: { files: ["/b"] } };
const both = { processes: { near, far } } as AppTexts;

/** `far` needs a folder that the executor of `near` does not reach: it gets another. */
function onTwo(): Scene {
  const scene = new Scene({ executorsMax: 1 });
  scene.deploy({ processes: { near } } as AppTexts);
  scene.settle();
  scene.deploy(both);
  scene.settle();
  assert.notEqual(scene.at("shop/near").executor, scene.at("shop/far").executor);
  return scene;
}

/** What an executor was told last, as `KEY ROUTES SOCKET`. */
function toldTo({ orders }: SimulatedExecutor): readonly string[] | undefined {
  const last = orders.findLast(({ kind }) => kind === "elsewhere");
  if (last?.kind !== "elsewhere") return undefined;
  return last.served.map(({ key, routes, socket }) => `${key} ${routes.join(",")} ${socket}`);
}

const times = ({ orders }: SimulatedExecutor): number =>
  orders.filter(({ kind }) => kind === "elsewhere").length;

suite("what serves on other executors", () => {
  test("is told to each, and nothing where there is only one", () => {
    const scene = new Scene();
    scene.deploy({ processes: { near, idle: {} } } as AppTexts);
    scene.settle();
    assert.equal(toldTo(scene.executor), undefined);
    const two = onTwo();
    const [first, other] = [two.at("shop/near").executor, two.at("shop/far").executor];
    assert.deepEqual(toldTo(first), [`shop/far /far/,far.example/ ${other.socket}`]);
    assert.deepEqual(toldTo(other), [`shop/near /near/ ${first.socket}`]);
  });

  test("is told before an executor lets requests in", () => {
    const scene = onTwo();
    const kinds = scene.at("shop/far").executor.orders.map(({ kind }) => kind);
    assert.ok(kinds.indexOf("start") < kinds.indexOf("elsewhere"));
    assert.ok(kinds.indexOf("elsewhere") < kinds.indexOf("open"));
  });

  test("is waited for from the beginning on, by what a daemon that comes back knows", () => {
    const scene = new Scene({ executorsMax: 1 });
    scene.scripts.set("first", { startNs: 3 * second });
    const texts = { processes: { first: {}, near, off: { serve: "/off/", count: 0 } } } as AppTexts;
    scene.deploy(texts);
    scene.pass(5 * second);
    scene.reboot();
    scene.pass(1 * second);
    const { executor } = scene.at("shop/first");
    assert.deepEqual(toldTo(executor), ["shop/near /near/ undefined"]);
    const kinds = executor.orders.map(({ kind }) => kind);
    assert.ok(kinds.indexOf("elsewhere") < kinds.indexOf("open"));
    scene.pass(3 * second);
    assert.deepEqual(toldTo(scene.at("shop/near").executor), []);
    assert.equal(times(executor), 2);
  });

  test("is waited for where it comes much later, for as long as it is wanted", () => {
    const scene = new Scene({ executorsMax: 1 });
    scene.deploy({ processes: { first: {}, near } } as AppTexts);
    scene.pass(second);
    scene.scripts.set("first", { startNs: 1000 * second });
    scene.reboot();
    scene.pass(200 * second);
    const { executor } = scene.at("shop/first");
    assert.deepEqual(toldTo(executor), ["shop/near /near/ undefined"]);
    assert.equal(times(executor), 1);
    scene.deploy({ processes: { first: {} } } as AppTexts);
    scene.pass(5 * second);
    assert.deepEqual(toldTo(executor), []);
  });

  test("is told anew when a renewal changes where it answers, and not when nothing does", () => {
    const scene = onTwo();
    const { executor } = scene.at("shop/near");
    const before = times(executor);
    scene.deploy(both);
    scene.settle();
    assert.equal(times(executor), before);
    scene.deploy({ processes: { near, far: { ...far, serve: "/further/" } } } as AppTexts);
    scene.settle();
    const { socket } = scene.at("shop/far").executor;
    assert.deepEqual(toldTo(executor), [`shop/far /further/ ${socket}`]);
  });

  test("is on its way while its executor is being replaced, and has a new socket then", () => {
    const scene = onTwo();
    const { executor: first } = scene.at("shop/near");
    const { executor: lost } = scene.at("shop/far");
    lost.lose("killed");
    scene.pass(1e6);
    assert.deepEqual(toldTo(first), ["shop/far /far/,far.example/ undefined"]);
    scene.pass(second);
    const { executor: next } = scene.at("shop/far");
    assert.notEqual(next.socket, lost.socket);
    assert.deepEqual(toldTo(first), [`shop/far /far/,far.example/ ${next.socket}`]);
    assert.deepEqual(toldTo(next), [`shop/near /near/ ${first.socket}`]);
  });

  test("is waited for where it is paced, for its executors were lost over and over", () => {
    const scene = onTwo();
    const { executor: first } = scene.at("shop/near");
    const loseTwice = (): void => {
      scene.at("shop/far").executor.lose("killed");
      scene.pass(second);
      scene.at("shop/far").executor.lose("killed");
      scene.pass(1e6);
      assert.deepEqual(toldTo(first), ["shop/far /far/,far.example/ undefined"]);
    };
    loseTwice();
    scene.pass(3 * second);
    const { socket } = scene.at("shop/far").executor;
    assert.deepEqual(toldTo(first), [`shop/far /far/,far.example/ ${socket}`]);
    scene.pass(120 * second);
    loseTwice();
    scene.deploy({ processes: { near } } as AppTexts);
    scene.pass(5 * second);
    assert.deepEqual(toldTo(first), [], "it does not come back");
  });

  test("is waited for while its own restart is paced, when its executor is there again", () => {
    const scene = onTwo();
    const { executor: first } = scene.at("shop/near");
    for (let times = 0; times < 5; times++) {
      const [far] = scene.executors.at("shop/far");
      far?.executor.lose("killed");
      scene.pass(1.5 * second);
    }
    const isThere = (): boolean => scene.executors.at("shop/far").length > 0;
    for (let waited = 0; waited < 100 && !isThere(); waited++) {
      assert.deepEqual(toldTo(first), ["shop/far /far/,far.example/ undefined"]);
      scene.pass(second);
    }
    assert.ok(isThere());
  });

  test("is no more anywhere once it has ended", () => {
    const scene = onTwo();
    const { executor } = scene.at("shop/near");
    scene.deploy({ processes: { near } } as AppTexts);
    scene.settle();
    assert.deepEqual(toldTo(executor), []);
  });

  test("is where it moved to, when another deploy takes it to another executor", () => {
    const scene = onTwo();
    const moved = { ...near, uses: { files: ["/b"] } };
    scene.deploy({ processes: { near: moved, far } } as AppTexts);
    scene.pass(2 * second);
    const { executor } = scene.at("shop/far");
    assert.equal(scene.at("shop/near").executor, executor);
    assert.deepEqual(toldTo(executor), []);
    const first = scene.executors.running.find((other) => other !== executor);
    assert.ok(first !== undefined);
    assert.deepEqual(toldTo(first)?.toSorted(), [
      `shop/far /far/,far.example/ ${executor.socket}`,
      `shop/near /near/ ${executor.socket}`,
    ]);
  });
});
