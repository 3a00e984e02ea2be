import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SimulatedDisk } from "#adapters/sim/store";
import { simulatedSeal } from "#adapters/sim/daemon";
import { forgetSecrets, Secrets } from "#pool/control/desired";
import { code, Scene, second } from "#test/control";

const uses = { processes: { a: { uses: { secrets: ["KEY"] } }, b: {} } };

function secretsOn(disk: SimulatedDisk, key?: string): Secrets {
  return new Secrets(disk.open(), simulatedSeal(key));
}

suite("secrets", () => {
  test("are kept for an app each, and told without their values", () => {
    const secrets = secretsOn(new SimulatedDisk());
    secrets.set({ app: "shop", name: "KEY", value: "v1", setAt: "then" });
    secrets.set({ app: "shop-2", name: "KEY", value: "v2", setAt: "later" });
    assert.equal(secrets.get("shop", "KEY"), "v1");
    assert.deepEqual(secrets.list("shop"), [{ app: "shop", name: "KEY", setAt: "then" }]);
    assert.equal(secrets.list(undefined).length, 2);
    secrets.remove("shop", "KEY");
    assert.throws(() => secrets.get("shop", "KEY"), code("SECRET_UNSET"));
    assert.throws(() => secrets.remove("shop", "KEY"), code("SECRET_UNSET"));
    assert.equal(secrets.get("shop-2", "KEY"), "v2");
  });

  test("sealed with another key or for another name cannot be read", () => {
    const disk = new SimulatedDisk();
    secretsOn(disk).set({ app: "shop", name: "KEY", value: "v", setAt: "" });
    assert.throws(() => secretsOn(disk, "other").get("shop", "KEY"), code("SECRET_UNREADABLE"));
    const [entry] = disk.open().list("secret/");
    disk.open().write([{ key: "secret/shop/OTHER", value: entry?.value }]);
    assert.throws(() => secretsOn(disk).get("shop", "OTHER"), code("SECRET_UNREADABLE"));
  });

  test("are forgotten all at once, without the key that sealed them", () => {
    const disk = new SimulatedDisk();
    const secrets = secretsOn(disk);
    for (const app of ["a", "b"]) secrets.set({ app, name: "KEY", value: "v", setAt: "then" });
    disk.open().write([{ key: "app/a", value: "{}" }]);
    const forgotten = forgetSecrets(disk.open());
    assert.deepEqual(
      forgotten.map(({ app }) => app),
      ["a", "b"],
    );
    assert.deepEqual(forgetSecrets(disk.open()), []);
    assert.deepEqual(
      disk
        .open()
        .list("")
        .map(({ key }) => key),
      ["app/a"],
    );
  });

  test("with names or values that no process could be given are refused", () => {
    const secrets = secretsOn(new SimulatedDisk());
    const good = { app: "shop", name: "KEY", value: "v", setAt: "" };
    const wrong = [
      { app: "shop/x" },
      { app: "" },
      { app: "Shop" },
      { name: "A/B" },
      { name: "" },
      { name: "1A" },
      { value: "a\0b" },
      { value: "\ud800" },
      { value: "x".repeat(65_537) },
    ];
    for (const one of wrong) {
      assert.throws(() => secrets.set({ ...good, ...one }), code("REQUEST_INVALID"));
    }
    assert.deepEqual(secrets.list(undefined), []);
  });
});

suite("secrets of an app", () => {
  test("have to be set before it is deployed", () => {
    const scene = new Scene();
    assert.throws(() => scene.deploy(uses), code("SECRET_UNSET"));
    assert.deepEqual(scene.disk.open().list("app/"), []);
    scene.control.setSecret("shop", "KEY", "open sesame");
    scene.deploy(uses);
    scene.settle();
    assert.deepEqual(scene.at("shop/a").order.env, { KEY: "open sesame" });
    assert.deepEqual(scene.at("shop/b").order.env, {});
    assert.ok(!JSON.stringify(scene.control.secrets()).includes("sesame"));
  });

  test("that are gone at a restart refuse it, until they are set again", async () => {
    const scene = new Scene();
    scene.control.setSecret("shop", "KEY", "v1");
    scene.deploy(uses);
    scene.settle();
    scene.control.removeSecret("shop", "KEY");
    scene.take();
    scene.end("shop/a");
    scene.pass(second);
    assert.deepEqual(scene.running, ["shop/b"]);
    const why = `process-ended shop/a refused("shop" has no value for the secret KEY)`;
    assert.ok(scene.take().includes(why));
    assert.deepEqual((await scene.states())[1], "shop/a waiting");
    scene.control.setSecret("shop", "KEY", "v2");
    scene.pass(60 * second);
    assert.deepEqual(scene.at("shop/a").order.env, { KEY: "v2" });
  });
});
