import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { EventView } from "#pool/api";
import type { ProcessOrder } from "#pool/host";
import type { RenewalNews } from "#pool/renewal";
import { noTraffic, otherCallees } from "#pool/traffic";
import { code, Scene } from "#test/control";

const served = { processes: { web: { serve: "/" }, job: {} } };

/** What executors were told to serve otherwise, since the last look. */
function renewed(scene: Scene): readonly ProcessOrder[] {
  return scene.executor.orders
    .splice(0)
    .flatMap((order) => (order.kind === "renew" ? [order.order] : []));
}

suite("control: what serves", () => {
  test("is one in the tree, however many instances there are", async () => {
    const scene = new Scene();
    scene.deploy({ processes: { web: { serve: { routes: ["/"], instances: "2..8", calls: 9 } } } });
    scene.settle();
    assert.deepEqual(await scene.states(), ["shop running", "shop/web running"]);
    const { order } = scene.at("shop/web").executor.processes.values().next().value ?? {};
    assert.deepEqual(order?.serve, {
      routes: ["/"],
      as: "cgi",
      spread: { min: 1, max: 64 },
      revision: 1,
      policy: {
        instancesMin: 2,
        instancesMax: 8,
        callsMax: 9,
        atOnceMax: Infinity,
        timeoutNs: 30e9,
        waitingMax: 1000,
        waitingNsMax: 10e9,
        idleNsMin: 10e9,
        idleNsMax: 600e9,
        drainNs: 30e9,
        trialNs: 10e9,
      },
    });
  });

  test("has a new image and new routes where it is, with the life it has", () => {
    const scene = new Scene();
    scene.deploy(served);
    scene.settle();
    const { life } = scene.at("shop/web");
    renewed(scene);
    scene.take();
    scene.deploy(served, { images: { "web.wasm": "web.wasm#2" } });
    scene.settle();
    const [order] = renewed(scene);
    assert.deepEqual([order?.life, order?.image], [life, "web.wasm#2"]);
    scene.deploy({ processes: { ...served.processes, web: { serve: "/v2/" } } });
    scene.settle();
    assert.deepEqual(renewed(scene)[0]?.serve?.routes, ["/v2/"]);
    assert.equal(scene.at("shop/web").life, life);
    assert.ok(scene.take().every((line) => line.startsWith("app-deployed")));
  });

  test("starts anew where it begins to serve, or has to move", () => {
    const scene = new Scene();
    scene.deploy({ processes: { web: {} } });
    scene.settle();
    const before = scene.at("shop/web").life;
    scene.deploy({ processes: { web: { serve: "/" } } });
    scene.settle();
    const served = scene.at("shop/web").life;
    assert.notEqual(served, before);
    renewed(scene);
    const files = { uses: { files: ["/elsewhere"] } };
    scene.deploy({ processes: { web: { serve: "/", ...files } } });
    scene.settle();
    assert.notEqual(scene.at("shop/web").life, served);
    assert.deepEqual(renewed(scene), []);
  });

  test("tells of its instances that fail", async () => {
    const scene = new Scene();
    scene.deploy(served);
    scene.settle();
    scene.take();
    const { executor, life } = scene.at("shop/web");
    const reason = { kind: "exited", code: 7 } as const;
    executor.say({ kind: "instance-failed", life, reason });
    executor.say({ kind: "instances-relieved", life, count: 3, usedPercent: 91 });
    scene.settle();
    assert.deepEqual(scene.take(), [
      "instance-failed shop/web exited(7)",
      "instances-relieved shop/web 3 that were idle, since 91 % of the memory is taken",
    ]);
    const [view] = await scene.host.time.until(scene.control.processes("shop"));
    assert.equal(view?.state, "running");
  });

  test("tells whom it calls that its uses do not list, and of refusals as failures", () => {
    const scene = new Scene();
    scene.deploy(served);
    scene.settle();
    scene.take();
    const { executor, life } = scene.at("shop/job");
    const events: EventView[] = [];
    scene.control.follow((event) => events.push(event));
    const kind = "call-unlisted";
    executor.say({ kind, life, callee: "api.example:443", isRefused: false });
    executor.say({ kind, life, callee: "cart", isRefused: true });
    executor.say({ kind, life, callee: otherCallees, isRefused: true });
    scene.settle();
    assert.deepEqual(scene.take(), [
      "call-unlisted shop/job api.example:443 was let through, which its uses do not list",
      "call-unlisted shop/job cart was refused: its uses do not list it; add it to uses.call",
      "call-unlisted shop/job (others) were refused: its uses list none of them, nor 100 before",
    ]);
    assert.deepEqual(
      events.map(({ isFailure = false }) => isFailure),
      [false, true, true],
    );
  });

  test("shows whom it calls that its uses do not list, and the sum over restarts", async () => {
    const scene = new Scene();
    const unlisted = [{ callee: "api.example:443", letThrough: 2, refused: 1 }];
    scene.scripts.set("job", { unlisted });
    scene.deploy({ processes: { web: { serve: "/" }, job: { count: 2 } } });
    scene.settle();
    const views = await scene.host.time.until(scene.control.processes("shop"));
    assert.deepEqual(
      views.map((view) => view.unlisted),
      [undefined, undefined, unlisted, unlisted],
    );
    scene.control.restart("shop/job");
    scene.settle();
    const signals = await scene.host.time.until(scene.control.signals());
    assert.deepEqual(
      ["web", "job"].map((name) => signals.find(({ spec }) => spec === name)?.unlisted),
      [undefined, [{ callee: "api.example:443", letThrough: 6, refused: 3 }]],
    );
  });

  test("shows what comes to it, and keeps the sum of what came over its restarts", async () => {
    const scene = new Scene();
    const traffic = { ...noTraffic, ready: 2, inFlight: 1, arrived: 5, answered: { "2xx": 4 } };
    scene.scripts.set("web", { traffic });
    scene.deploy(served);
    scene.settle();
    const views = await scene.host.time.until(scene.control.processes("shop"));
    assert.deepEqual(
      views.map(({ serving }) => serving),
      [undefined, { ready: 2, starting: 0, waiting: 0, inFlight: 1, requests: 5 }, undefined],
    );
    scene.control.restart("shop/web");
    scene.settle();
    const signals = await scene.host.time.until(scene.control.signals());
    const [web, job] = ["web", "job"].map((name) => signals.find(({ spec }) => spec === name));
    assert.deepEqual(web?.traffic, {
      ...traffic,
      arrived: 10,
      answered: { "2xx": 8 },
    });
    assert.equal(job?.traffic, undefined);
  });

  test("tells why it has as many instances as it has", async () => {
    const scene = new Scene();
    const finding = {
      by: "replicas",
      decided: "1 instance",
      reason: "steady",
      why: "the load is what the instances are for",
      saw: { readyCount: 1 },
      sinceNs: 5e9,
      ageNs: 1e9,
      times: 7,
    } as const;
    scene.scripts.set("web", { findings: [finding] });
    scene.deploy(served);
    scene.settle();
    const why = (path: string): Promise<unknown> => scene.host.time.until(scene.control.why(path));
    const path = "shop/web";
    assert.deepEqual(await why(path), { path, isServing: true, findings: [finding] });
    const job = "shop/job";
    assert.deepEqual(await why(job), { path: job, isServing: false, findings: [] });
    await assert.rejects(why("shop/wen"), code("CHILD_UNKNOWN"));
    await assert.rejects(why("blog/web"), code("APP_UNKNOWN"));
  });

  test("has routes that no other app has", async () => {
    const scene = new Scene();
    scene.deploy(served);
    const other = { app: "blog", processes: { page: { serve: ["/blog/", "/"] } } };
    assert.throws(() => scene.deploy(other), code("ROUTE_TAKEN"));
    scene.deploy({ ...other, processes: { page: { serve: ["/blog/", "blog.example/"] } } });
    scene.deploy({ processes: { web: { serve: "/shop/" } } });
    scene.deploy(other);
    scene.control.remove("blog");
    scene.deploy({ processes: { web: { serve: "/blog/" } } });
    scene.settle();
    assert.deepEqual(await scene.states("shop"), ["shop running", "shop/web running"]);
  });
});

suite("control: builds of what serves", () => {
  const second = { images: { "web.wasm": "web.wasm#2" } };

  /** A deploy of another build, of which the executor says this. */
  function renewedScene(kind: RenewalNews["kind"], why = "3 of 9 failed"): Scene {
    const scene = new Scene();
    scene.deploy(served);
    scene.settle();
    scene.deploy(served, second);
    scene.settle();
    say(scene, { kind, revision: 2, serving: 1, why });
    scene.take();
    return scene;
  }

  function say(scene: Scene, news: RenewalNews): void {
    const { executor, life } = scene.at("shop/web");
    executor.say({ kind: "renewal", life, news });
    scene.settle();
  }

  /** The digest that an executor was told last. */
  function imageOf(scene: Scene): string | undefined {
    const { executor, life } = scene.at("shop/web");
    return executor.processes.get(life)?.order.image;
  }

  async function renewalIn(scene: Scene): Promise<string> {
    const views = await scene.host.time.until(scene.control.processes("shop"));
    const { state, why } = views[1]?.serving?.renewal ?? {};
    return `${state} ${why}`;
  }

  test("are told with their revisions, and how a canary takes over", () => {
    const scene = new Scene();
    scene.deploy(served);
    scene.settle();
    scene.deploy(served, { ...second, canary: { part: 0.05, forNs: 60e9 } });
    scene.settle();
    const [order] = renewed(scene);
    assert.deepEqual([order?.serve?.revision, order?.serve?.canary?.part], [2, 0.05]);
  });

  test("are reverted for good: what is wanted stays, and the build before serves on", async () => {
    const scene = renewedScene("reverted");
    scene.scripts.set("web", { traffic: noTraffic });
    const { apps } = await scene.host.time.until(scene.control.status());
    assert.equal(apps[0]?.reverted, 1);
    assert.match(
      scene.plan(served, second).text,
      / {2}web was reverted, and is not held back any more: 3 of 9 failed\n$/,
    );
    assert.match(
      scene.plan({ processes: { ...served.processes, other: {} } }, second).text,
      / {2}web was reverted, the build before goes on to serve: 3 of 9 failed\n$/,
    );
    scene.reboot();
    scene.settle();
    assert.equal(imageOf(scene), "web.wasm#1");
    assert.equal(await renewalIn(scene), "reverted 3 of 9 failed");
  });

  test("are tried again by the same deploy, and by one that changes them, not by others", () => {
    const scene = renewedScene("reverted");
    renewed(scene);
    const more = { processes: { ...served.processes, other: {} } };
    scene.deploy(more, second);
    scene.settle();
    assert.deepEqual(renewed(scene), []);
    assert.equal(scene.plan(more, second).counts.renewed, 1);
    scene.deploy(more, second);
    scene.settle();
    assert.deepEqual(
      renewed(scene).map(({ image }) => image),
      ["web.wasm#2"],
    );
    const again = renewedScene("reverted");
    renewed(again);
    again.deploy(served, { images: { "web.wasm": "web.wasm#3" } });
    again.settle();
    assert.deepEqual(
      renewed(again).map(({ image }) => image),
      ["web.wasm#3"],
    );
    again.reboot();
    again.settle();
    assert.equal(imageOf(again), "web.wasm#3");
  });

  test("that were followed by another are not held for what became of them", async () => {
    const scene = renewedScene("starting", "");
    scene.deploy(served, { images: { "web.wasm": "web.wasm#3" } });
    say(scene, { kind: "reverted", revision: 2, serving: 1, why: "late" });
    const { apps } = await scene.host.time.until(scene.control.status());
    assert.equal(apps[0]?.reverted, undefined);
    say(scene, { kind: "kept", revision: 3, serving: 3, why: "good" });
    scene.deploy(served, { images: { "web.wasm": "web.wasm#4" } });
    say(scene, { kind: "reverted", revision: 4, serving: 3, why: "bad" });
    scene.reboot();
    scene.settle();
    assert.equal(imageOf(scene), "web.wasm#3");
  });

  test("are told of as events, those that were reverted as failures", () => {
    const scene = renewedScene("trial");
    say(scene, { kind: "reverted", revision: 2, serving: 1, why: "slow" });
    assert.deepEqual(scene.take(), ["renewal-reverted shop/web slow"]);
  });

  test("that have a part of the calls can be promoted, and no others", () => {
    const scene = renewedScene("canary");
    scene.control.promote("shop");
    scene.settle();
    const { executor, life } = scene.at("shop/web");
    assert.ok(executor.orders.some((order) => order.kind === "promote" && order.life === life));
    say(scene, { kind: "trial", revision: 2, serving: 2, why: "" });
    assert.throws(() => scene.control.promote("shop"), code("CANARY_UNKNOWN"));
  });
});
