import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { SpecHistograms } from "#pool/api";
import { code, failing, Scene, second } from "#test/control";

/** How many each histogram has of the spec `a`, and their sum in seconds. */
async function told(scene: Scene): Promise<Readonly<Record<string, string>>> {
  const all = await scene.host.time.until(scene.control.signals());
  const { histograms } = all.find(({ spec }) => spec === "a") ?? {};
  const entries = Object.entries((histograms ?? {}) as SpecHistograms);
  return Object.fromEntries(
    entries.map(([name, { count, sum }]) => [name, `${count}: ${sum.toFixed(1)}`]),
  );
}

suite("control: histograms of a spec", () => {
  test("tell how long lives were, and how long it was until the next ran", async () => {
    const scene = new Scene();
    scene.scripts.set("a", { startNs: 2 * second });
    scene.deploy({ processes: { a: {} } });
    scene.pass(10 * second);
    scene.end("shop/a", failing);
    scene.pass(10 * second);
    const { lifeSeconds, restartSeconds } = await told(scene);
    assert.equal(lifeSeconds, "1: 8.0");
    assert.match(restartSeconds ?? "", /^1: 2\.\d$/);
  });

  test("know of a life that was lost how long it was, but not what it computed", async () => {
    const scene = new Scene();
    scene.deploy({ processes: { a: {} } });
    scene.pass(5 * second);
    scene.executor.lose("gone");
    scene.pass(5 * second);
    const { lifeSeconds, cpuSeconds, restartSeconds } = await told(scene);
    assert.deepEqual([lifeSeconds, cpuSeconds], ["1: 5.0", "0: 0.0"]);
    assert.match(restartSeconds ?? "", /^1: /);
  });

  test("count from the order that came later than the end, and no first start", async () => {
    const scene = new Scene();
    scene.scripts.set("a", { startNs: 1 * second });
    scene.deploy({ processes: { a: {} } });
    scene.pass(5 * second);
    assert.equal((await told(scene))["restartSeconds"], "0: 0.0");
    scene.control.end("shop/a");
    scene.pass(1000 * second);
    scene.control.restart("shop/a");
    scene.pass(5 * second);
    assert.equal((await told(scene))["restartSeconds"], "1: 1.0");
  });

  test("count from the end of the last that ran, whatever never ran since", async () => {
    const scene = new Scene();
    scene.control.setSecret("shop", "KEY", "v");
    scene.deploy({ processes: { a: { uses: { secrets: ["KEY"] } } } });
    scene.pass(second);
    scene.control.removeSecret("shop", "KEY");
    scene.end("shop/a", failing);
    scene.pass(20 * second);
    scene.control.setSecret("shop", "KEY", "v");
    scene.pass(60 * second);
    const { restartSeconds = "" } = await told(scene);
    const [, sum] = /^1: (.*)$/.exec(restartSeconds) ?? [];
    assert.ok(Number(sum) >= 20, restartSeconds);
    assert.throws(() => scene.control.removeSecret("shop", "NONE"), code("SECRET_UNSET"));
  });
});
