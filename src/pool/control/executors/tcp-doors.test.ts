import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type AppTexts, code, Scene, second } from "#test/control";

const serving = (...routes: readonly string[]): AppTexts =>
  ({ processes: { db: { serve: { routes, as: "tcp" } } } }) as AppTexts;

/** Where the executor was last told to accept. */
function accepted(scene: Scene): readonly string[] | undefined {
  const last = scene.executor.orders.findLast(({ kind }) => kind === "accept");
  return last?.kind === "accept" ? last.routes : undefined;
}

const [one, other] = ["tcp:127.0.0.1:1", "tcp:127.0.0.1:2"];

suite("control: where raw connections come in", () => {
  test("is the daemon's while it is wanted, and executors accept there", () => {
    const scene = new Scene();
    const { addresses } = scene;
    scene.deploy(serving("tcp:1", "/"));
    scene.settle();
    assert.deepEqual([[...addresses.taken], accepted(scene)], [[one], [one]]);
    scene.deploy(serving("tcp:1", "tcp:2"));
    scene.settle();
    assert.deepEqual(
      [[...addresses.taken], accepted(scene)],
      [
        [one, other],
        [one, other],
      ],
    );
    scene.deploy(serving("tcp:2"));
    scene.settle();
    assert.deepEqual([[...addresses.taken], accepted(scene)], [[other], [other]]);
    scene.control.remove("shop");
    scene.settle();
    assert.deepEqual([[...addresses.taken], accepted(scene)], [[], []]);
  });

  test("is told before an executor lets requests in, and with what is to be served there", () => {
    const scene = new Scene();
    scene.deploy(serving("tcp:1"));
    scene.settle();
    scene.reboot();
    scene.settle();
    const kinds = scene.executor.orders.map(({ kind }) => kind);
    assert.ok(kinds.includes("accept"));
    assert.ok(kinds.indexOf("accept") < kinds.indexOf("open"), kinds.join());
  });

  test("is told to an executor that takes the place of another", () => {
    const scene = new Scene();
    scene.deploy(serving("tcp:1"));
    scene.settle();
    scene.executor.lose("it was lost");
    scene.settle();
    assert.deepEqual(accepted(scene), [one]);
    assert.deepEqual([...scene.addresses.taken], [one]);
  });

  test("refuses a deploy that cannot have all of it, and leaves everything as it was", () => {
    const scene = new Scene();
    scene.addresses.foreign.add(other);
    scene.deploy(serving("/"));
    scene.settle();
    const wanted = serving("tcp:1", "tcp:2");
    assert.throws(() => scene.deploy(wanted), code("LISTEN_FAILED"));
    assert.deepEqual([...scene.addresses.taken], []);
    scene.addresses.foreign.clear();
    scene.disk.isFull = true;
    assert.throws(() => scene.deploy(wanted), code("STATE_NOT_WRITABLE"));
    assert.deepEqual([...scene.addresses.taken], []);
  });

  test("is tried again where somebody else has it when the daemon comes back", () => {
    const scene = new Scene();
    scene.deploy(serving("tcp:1"));
    scene.settle();
    scene.addresses.taken.clear();
    scene.addresses.foreign.add(one);
    scene.take();
    scene.reboot();
    scene.pass(20 * second);
    const told = scene.take().filter((line) => line.startsWith("address-failed"));
    assert.equal(told.length, 1, told.join("\n"));
    scene.addresses.foreign.clear();
    scene.pass(6 * second);
    assert.deepEqual([[...scene.addresses.taken], accepted(scene)], [[one], [one]]);
  });

  test("is one app's, and one process's", () => {
    const scene = new Scene();
    scene.deploy(serving("tcp:1"));
    scene.settle();
    const thief = { ...serving("tcp:0.0.0.0:1"), app: "thief" };
    assert.throws(() => scene.deploy(thief), code("ROUTE_TAKEN"));
    scene.deploy({ ...serving("tcp:0.0.0.0:2"), app: "thief" });
  });
});
