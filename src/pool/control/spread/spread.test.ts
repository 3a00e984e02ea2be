import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { SimulatedExecutor } from "#adapters/sim/daemon";
import type { Life, ProcessOrder, ServePolicy } from "#pool/host";
import type { RenewalNews } from "#pool/renewal";
import { noTraffic } from "#pool/traffic";
import { bodies, type ProcessTexts, Scene, second, Stage } from "#test/control";

const two = { serve: { routes: ["/"], spread: 2 } };

function upWith(web: ProcessTexts, executorsMax = 2): Scene {
  const scene = new Scene({ executorsMax });
  scene.deploy({ processes: { web } });
  scene.pass(second);
  return scene;
}

interface SeenShare {
  readonly life: Life;
  readonly executor: SimulatedExecutor;
  readonly order: ProcessOrder;
}

/** The shares of a process, in the order in which they were started. */
function shares(scene: Scene, path = "shop/web"): readonly SeenShare[] {
  return scene.executors.at(path).toSorted((a, b) => a.life - b.life);
}

function share(scene: Scene, index: number): SeenShare {
  const found = shares(scene)[index];
  if (found === undefined) throw new Error(`there is no share ${index}`);
  return found;
}

function policies(scene: Scene): readonly (ServePolicy | undefined)[] {
  return shares(scene).map(({ order }) => order.serve?.policy);
}

function images(scene: Scene): readonly string[] {
  return shares(scene).map(({ order }) => order.image);
}

const build = (number: number): object => ({ images: { "web.wasm": `web.wasm#${number}` } });

suite("spread: shares of a process that serves", () => {
  test("are on as many executors as it says, and all together are one process", async () => {
    const scene = upWith(two);
    const pids = shares(scene).map(({ executor }) => executor.pid);
    assert.equal(new Set(pids).size, 2);
    assert.deepEqual(await scene.states(), ["shop running", "shop/web running"]);
    assert.deepEqual(
      scene.take().filter((line) => line.startsWith("process-")),
      ["process-starting shop/web", "process-started shop/web"],
    );
  });

  test("come when the first has started, which may be refused for all", () => {
    const scene = new Scene({ executorsMax: 2 });
    const refusal = { kind: "refused", code: "IMAGE_UNKNOWN", why: "gone", hint: "" } as const;
    scene.scripts.set("web", { refusal });
    scene.deploy({ processes: { web: { ...two, restart: "never" } } });
    scene.pass(second);
    assert.equal(scene.executors.running.length, 1);
    assert.ok(scene.take().some((line) => line.startsWith("process-ended shop/web refused")));
  });

  test("are no more than there may be executors, or instances", () => {
    assert.equal(shares(upWith({ serve: { spread: "all" } }, 3)).length, 3);
    assert.equal(shares(upWith({ serve: { spread: "all", instances: 2 } }, 3)).length, 2);
    assert.equal(shares(upWith({ serve: { spread: "all", instances: 1 } }, 3)).length, 1);
    assert.equal(shares(upWith({ serve: {} }, 3)).length, 1);
  });

  test("have its bounds together, and none is without an instance", () => {
    const serve = { spread: 3, instances: "1..8", waiting: 100, "at-once": 7 };
    const scene = upWith({ serve }, 3);
    const seen = policies(scene).map((policy) => [
      policy?.instancesMin,
      policy?.instancesMax,
      policy?.waitingMax,
      policy?.atOnceMax,
    ]);
    assert.deepEqual(seen, [
      [1, 3, 34, 7],
      [0, 3, 33, 7],
      [0, 2, 33, 7],
    ]);
  });

  test("come and go with what is wanted, and where one leaves no more is sent", async () => {
    const scene = upWith({ serve: { routes: ["/"], instances: 4 } });
    assert.equal(shares(scene).length, 1);
    scene.deploy({ processes: { web: { serve: { routes: ["/"], instances: 4, spread: 2 } } } });
    scene.settle();
    assert.deepEqual(
      policies(scene).map((policy) => policy?.instancesMax),
      [2, 2],
    );
    const { executor: first } = share(scene, 0);
    scene.deploy({ processes: { web: { serve: { routes: ["/"], instances: 4 } } } });
    scene.settle();
    const told = first.orders.findLast(({ kind }) => kind === "elsewhere");
    assert.deepEqual(told, { kind: "elsewhere", served: [] });
    assert.equal(shares(scene).length, 2, "one that leaves may still have requests");
    scene.pass(2 * second);
    assert.deepEqual(
      policies(scene).map((policy) => policy?.instancesMax),
      [4],
    );
    assert.deepEqual(await scene.states(), ["shop running", "shop/web running"]);
  });

  test("that leave stay when they are wanted again", () => {
    const scene = upWith(two);
    const before = shares(scene).map(({ life }) => life);
    scene.deploy({ processes: { web: { serve: { routes: ["/"] } } } });
    scene.settle();
    scene.deploy({ processes: { web: two } });
    scene.pass(5 * second);
    assert.deepEqual(
      shares(scene).map(({ life }) => life),
      before,
    );
  });

  test("that leave end with what they have when another build is to serve", () => {
    const scene = new Scene({ executorsMax: 2 });
    scene.scripts.set("web", { leaveNs: Infinity, askedNs: 5 * second });
    scene.deploy({ processes: { web: two } });
    scene.pass(second);
    const { life } = share(scene, 1);
    scene.deploy({ processes: { web: { serve: { routes: ["/"] } } } });
    scene.pass(100 * second);
    assert.equal(shares(scene).length, 2, "it has a stream, say");
    scene.deploy({ processes: { web: two } }, build(2));
    scene.pass(10 * second);
    assert.equal(shares(scene).length, 2);
    assert.ok(shares(scene).every((each) => each.life !== life));
  });

  test("are told of each other, so that each hands on to any of them", () => {
    const scene = upWith(two, 3);
    const more = { serve: { routes: ["/more"], spread: "all" } };
    scene.deploy({ processes: { web: two, more } });
    scene.settle();
    const third = scene.executors.running.find(
      (executor) => !shares(scene).some((each) => each.executor === executor),
    );
    const told = third?.orders.findLast(({ kind }) => kind === "elsewhere");
    assert.ok(told?.kind === "elsewhere");
    assert.deepEqual(
      told.served.filter(({ key }) => key === "shop/web").map(({ socket }) => socket),
      shares(scene).map(({ executor }) => executor.socket),
    );
  });

  test("end all with it, and it ends with the last", () => {
    const scene = upWith(two);
    scene.take();
    const { life, executor } = share(scene, 1);
    scene.scripts.set("web", { askedNs: 3 * second });
    scene.control.end("shop/web");
    scene.settle();
    assert.equal(shares(scene).length, 0);
    assert.equal(executor.processes.has(life), false);
    assert.deepEqual(
      scene.take().filter((line) => line.startsWith("process-ended")),
      ["process-ended shop/web exited(0)"],
    );
    scene.control.restart("shop/web");
    scene.pass(second);
    assert.equal(shares(scene).length, 2);
  });
});

suite("spread: executors that are lost", () => {
  test("take their shares along, and nothing else", async () => {
    for (const index of [0, 1]) {
      const scene = upWith(two);
      scene.take();
      const other = share(scene, 1 - index);
      share(scene, index).executor.lose("killed");
      scene.pass(1e6);
      assert.deepEqual(
        shares(scene).map(({ life }) => life),
        [other.life],
      );
      assert.deepEqual(await scene.states(), ["shop running", "shop/web running"]);
      scene.pass(2 * second);
      assert.equal(shares(scene).length, 2, "another takes its place");
      assert.ok(!scene.take().some((line) => line.startsWith("process-")));
    }
  });

  test("one after another leave it be, as long as a share is there or on its way", async () => {
    const scene = upWith(two);
    scene.take();
    for (const { executor } of shares(scene)) executor.lose("killed");
    scene.pass(5 * second);
    assert.ok(!scene.take().some((line) => line.startsWith("process-")));
    assert.equal(shares(scene).length, 2);
    assert.deepEqual(await scene.states(), ["shop running", "shop/web running"]);
  });

  test("make its bounds those of the ones that are left", () => {
    const scene = upWith(two);
    const other = share(scene, 1);
    scene.scripts.set("web", { startNs: 10 * second });
    share(scene, 0).executor.isHung = true;
    share(scene, 0).executor.lose("killed");
    scene.settle();
    const served = other.executor.processes.get(other.life)?.order.serve;
    assert.equal(served?.policy.instancesMax, 2, "it has a part while another is on its way");
    assert.equal(served?.policy.trialNs, 10e9, "and is the first now");
  });

  test("that cannot have a share are left alone until another deploy", () => {
    const scene = new Scene({ executorsMax: 2 });
    scene.deploy({ processes: { web: two } });
    scene.pass(15e6);
    const refusal = { kind: "refused", code: "IMAGE_UNKNOWN", why: "gone", hint: "" } as const;
    scene.scripts.set("web", { refusal });
    scene.pass(5 * second);
    assert.equal(shares(scene).length, 1);
    const starts = scene.executors.started.flatMap(({ orders }) =>
      orders.filter(({ kind }) => kind === "start"),
    );
    assert.equal(starts.length, 2);
    scene.scripts.delete("web");
    scene.deploy({ processes: { web: two } }, build(2));
    scene.pass(second);
    assert.equal(shares(scene).length, 2);
  });
});

suite("spread: builds", () => {
  function say(scene: Scene, index: number, news: Omit<RenewalNews, "why">): void {
    const { executor, life } = share(scene, index);
    executor.say({ kind: "renewal", life, news: { ...news, why: "" } });
    scene.settle();
  }

  /** The second build is ordered, and the first share has said this of it. */
  function renewing(...kinds: readonly RenewalNews["kind"][]): Scene {
    const scene = upWith(two);
    scene.deploy({ processes: { web: two } }, build(2));
    scene.settle();
    scene.take();
    for (const kind of kinds) {
      say(scene, 0, { kind, revision: 2, serving: kind === "reverted" ? 1 : 2 });
    }
    return scene;
  }

  test("are tried by one, and the others follow when that could begin with them", () => {
    assert.deepEqual(images(renewing("starting")), ["web.wasm#2", "web.wasm#1"]);
    assert.deepEqual(images(renewing("starting", "canary")), ["web.wasm#2", "web.wasm#1"]);
    const scene = renewing("starting", "trial");
    assert.deepEqual(images(scene), ["web.wasm#2", "web.wasm#2"]);
    assert.deepEqual(
      policies(scene).map((policy) => policy?.trialNs),
      [10e9, 10e9],
    );
    assert.deepEqual(scene.take(), ["renewal-starting shop/web", "renewal-trial shop/web"]);
  });

  test("that do not begin stay with the one that tried them", async () => {
    const scene = renewing("starting", "reverted");
    assert.deepEqual(shares(scene)[1]?.order.image, "web.wasm#1");
    const { apps } = await scene.host.time.until(scene.control.status());
    assert.equal(apps[0]?.reverted, 1);
  });

  test("that are found worse on trial are taken back everywhere", () => {
    const scene = renewing("starting", "trial", "reverted");
    assert.equal(images(scene)[1], "web.wasm#1");
  });

  test("that are kept go to shares that come later, and to the next that is first", () => {
    const scene = renewing("starting", "trial", "kept");
    say(scene, 1, { kind: "trial", revision: 2, serving: 2 });
    assert.ok(!scene.take().some((line) => line.startsWith("renewal-kept")), "one is not all");
    say(scene, 1, { kind: "kept", revision: 2, serving: 2 });
    assert.deepEqual(scene.take(), ["renewal-kept shop/web"]);
    for (const index of [0, 0]) {
      share(scene, index).executor.lose("killed");
      scene.pass(2 * second);
    }
    assert.deepEqual(images(scene), ["web.wasm#2", "web.wasm#2"]);
    assert.ok(!scene.take().some((line) => line.startsWith("renewal")));
  });

  test("on trial are kept when the one that tries them is lost, as the others have them", () => {
    const scene = renewing("starting", "trial");
    scene.take();
    share(scene, 0).executor.lose("killed");
    scene.pass(2 * second);
    assert.deepEqual(images(scene), ["web.wasm#2", "web.wasm#2"]);
    assert.ok(scene.take().some((line) => line.startsWith("renewal-kept shop/web")));
  });

  test("are tried by another when the one that was to begin with them is lost", () => {
    const scene = renewing("starting");
    share(scene, 0).executor.lose("killed");
    scene.settle();
    assert.equal(images(scene)[0], "web.wasm#2");
  });

  test("have, as canaries, the part of all calls that was wanted", () => {
    const scene = upWith(two);
    const canary = { part: 0.05, forNs: 60e9 };
    scene.deploy({ processes: { web: two } }, { ...build(2), canary });
    scene.settle();
    assert.deepEqual(
      shares(scene).map(({ order }) => order.serve?.canary),
      [{ part: 0.05, forNs: 60e9, shareCount: 2 }, undefined],
    );
    say(scene, 0, { kind: "canary", revision: 2, serving: 1 });
    scene.control.promote("shop");
    scene.settle();
    const { executor, life } = share(scene, 0);
    assert.ok(executor.orders.some((order) => order.kind === "promote" && order.life === life));
  });

  test("that any of them finds worse are taken back everywhere", async () => {
    for (const said of [
      ["starting", "trial"],
      ["starting", "trial", "kept"],
    ] as const) {
      const scene = renewing(...said);
      say(scene, 1, { kind: "trial", revision: 2, serving: 2 });
      scene.take();
      say(scene, 1, { kind: "reverted", revision: 2, serving: 1 });
      assert.deepEqual(scene.take(), ["renewal-reverted shop/web"]);
      assert.deepEqual(images(scene)[0], "web.wasm#1");
      const { apps } = await scene.host.time.until(scene.control.status());
      assert.equal(apps[0]?.reverted, 1);
      say(scene, 0, { kind: "kept", revision: 2, serving: 2 });
      for (const kind of ["starting", "trial", "kept"] as const) {
        say(scene, 0, { kind, revision: 1, serving: 1 });
      }
      assert.deepEqual(scene.take(), [], "it serves as it did");
      assert.equal(shares(scene).length, 2);
    }
  });

  test("are kept by those that are left, when one that has them on trial is lost", () => {
    const scene = renewing("starting", "trial", "kept");
    say(scene, 1, { kind: "trial", revision: 2, serving: 2 });
    scene.take();
    share(scene, 1).executor.lose("killed");
    scene.pass(2 * second);
    assert.ok(scene.take().some((line) => line.startsWith("renewal-kept shop/web")));
    assert.deepEqual(images(scene), ["web.wasm#2", "web.wasm#2"]);
  });

  test("that one of the others cannot have take its share", () => {
    const scene = renewing("starting", "trial");
    const { life } = share(scene, 1);
    say(scene, 1, { kind: "reverted", revision: 2, serving: 1 });
    scene.pass(5 * second);
    assert.ok(shares(scene).every((each) => each.life !== life));
    assert.equal(shares(scene).length, 1);
  });
});

suite("spread: a rehearsal", () => {
  test("is beside the first share, whichever that is by now", async () => {
    const scene = upWith(two);
    share(scene, 0).executor.lose("killed");
    scene.pass(2 * second);
    const { life, executor } = share(scene, 0);
    await scene.host.time
      .until(scene.control.rehearse("shop/web", { image: "web.wasm#2" }))
      .catch(() => undefined);
    const lives = executor.orders.flatMap((order) =>
      order.kind === "rehearse" ? [order.order.life] : [],
    );
    assert.deepEqual(lives, [life]);
  });
});

suite("spread: what a process is summoned for", () => {
  test("goes to each share as it has room, all together as many as it may have", async () => {
    const stage = new Stage({ executorsMax: 2 });
    const consume = { queue: "jobs", "at-once": 4 };
    stage.deploy({ processes: { web: { ...two, consume } } });
    await stage.settleAll(second);
    for (const { executor, life } of shares(stage)) executor.say({ kind: "room", life, most: 100 });
    for (const body of ["a", "b", "c", "d", "e"]) await stage.send(body);
    await stage.settleAll();
    const summonsOf = ({ executor }: SeenShare): readonly string[] =>
      bodies(executor.orders.flatMap((order) => (order.kind === "summon" ? order.summons : [])));
    const given = shares(stage).map(summonsOf);
    assert.deepEqual(
      given.map((texts) => texts.length),
      [2, 2],
    );
    assert.deepEqual(given.flat().toSorted(), ["a", "b", "c", "d"]);
    const [queue] = await stage.host.time.until(stage.control.queues());
    assert.deepEqual(queue?.consumers, ["shop/web"], "they are one process");
    // What one had that is lost goes to others.
    const [lost, kept] = [share(stage, 0), share(stage, 1)];
    lost.executor.lose("killed");
    await stage.settleAll(5 * second);
    kept.executor.say({ kind: "room", life: kept.life, most: 100 });
    const { summons } = kept.executor.orders.find((order) => order.kind === "summon") ?? {};
    const ends = (summons ?? []).map(({ number }) => ({
      number,
      outcome: { kind: "answered", status: 200 } as const,
    }));
    kept.executor.say({ kind: "summoned", life: kept.life, ends });
    await stage.settleAll(5 * second);
    const [lostTexts = [], keptTexts = []] = given;
    assert.ok(summonsOf(kept).length > keptTexts.length, `of ${lostTexts.join()}, and e`);
  });

  test("at certain times goes to one of them, and to another when that is lost", () => {
    const scene = upWith({ ...two, every: "1m" });
    const runs = (): readonly number[] =>
      scene.executors.started.map(
        ({ orders }) => orders.filter(({ kind }) => kind === "summon").length,
      );
    scene.pass(70 * second);
    assert.deepEqual(runs(), [1, 0]);
    share(scene, 0).executor.lose("killed");
    scene.pass(70 * second);
    assert.deepEqual(runs().slice(1, 2), [1]);
  });
});

suite("spread: what is told of shares", () => {
  const traffic = { ...noTraffic, ready: 2, arrived: 5, answered: { "2xx": 4 } };

  test("is the sum of all, those that are gone among them", async () => {
    const scene = new Scene({ executorsMax: 2 });
    const unlisted = [{ callee: "api.example:443", letThrough: 2, refused: 0 }];
    scene.scripts.set("web", { traffic, unlisted, cpuNs: 7 });
    scene.deploy({ processes: { web: two } });
    scene.pass(second);
    const look = async (): Promise<unknown> => {
      const views = await scene.host.time.until(scene.control.processes("shop"));
      const { serving, usage, executor } = views[1] ?? {};
      return [serving?.ready, serving?.requests, serving?.executors, usage?.cpuNs, executor];
    };
    assert.deepEqual(await look(), [4, 10, [0, 1], 14, 0]);
    scene.deploy({ processes: { web: { serve: { routes: ["/"] } } } });
    scene.pass(3 * second);
    assert.deepEqual(await look(), [2, 10, undefined, 14, 0]);
    scene.control.restart("shop/web");
    scene.pass(second);
    const [signals] = await scene.host.time.until(scene.control.signals());
    assert.equal(signals?.traffic?.arrived, 15);
    assert.equal(signals?.unlisted?.[0]?.letThrough, 6);
    assert.deepEqual(signals?.ends, { exited: 1 });
  });

  test("that they write is one output, of which what is new can be asked for", async () => {
    const scene = upWith({ serve: ["/"] });
    const [path, serve] = ["shop/web", { routes: ["/"], spread: 2 }];
    const read = async (after?: number): Promise<readonly [text: string, endBytes: number]> => {
      const { text, endBytes } = await scene.host.time.until(scene.control.output(path, after));
      return [text, endBytes];
    };
    const write = (index: number, text: string): void =>
      share(scene, index).executor.write(path, text);
    write(0, "one ");
    assert.deepEqual(await read(), ["one ", 4]);
    scene.deploy({ processes: { web: { serve } } });
    scene.pass(second);
    write(1, "two ");
    assert.deepEqual(await read(4), ["two ", 8]);
    share(scene, 0).executor.write(path, "three ");
    assert.deepEqual(await read(8), ["three ", 14]);
    assert.deepEqual(await read(14), ["", 14]);
    assert.equal((await read())[0], "one two three ");
    scene.deploy({ processes: { web: { serve: { ...serve, spread: 1 } } } });
    scene.pass(3 * second);
    write(0, "four");
    assert.deepEqual(await read(14), ["four", 18]);
    share(scene, 0).executor.lose("killed");
    scene.pass(3 * second);
    write(0, "five");
    assert.equal((await read())[0], "five", "it has ended, and its output with it");
  });

  test("has the name of the process, whichever share it is of", () => {
    const scene = upWith(two);
    scene.take();
    const { executor, life } = share(scene, 1);
    executor.say({ kind: "instance-failed", life, reason: { kind: "exited", code: 7 } });
    scene.settle();
    assert.deepEqual(scene.take(), ["instance-failed shop/web exited(7)"]);
  });

  test("are the reasons of each of them", async () => {
    const scene = new Scene({ executorsMax: 2 });
    const finding = {
      by: "replicas",
      decided: "1 instance",
      reason: "steady",
      why: "the load is what the instances are for",
      saw: {},
      sinceNs: 5e9,
      ageNs: 1e9,
      times: 7,
    } as const;
    scene.scripts.set("web", { findings: [finding] });
    scene.deploy({ processes: { web: two } });
    scene.pass(second);
    const { findings } = await scene.host.time.until(scene.control.why("shop/web"));
    assert.deepEqual(
      findings.map(({ executor }) => executor),
      [0, 1],
    );
  });
});

suite("spread: by load", () => {
  const open = { serve: { routes: ["/"], spread: "1..all", instances: 8 } };

  /** For so many seconds each share says, once a second, that it takes such a part. */
  function busy(scene: Scene, seconds: number, part: number): void {
    for (let count = 0; count < seconds; count++) {
      for (const { executor, life } of shares(scene)) {
        executor.say({ kind: "load", report: { busyPart: part, parts: [[life, part]] } });
      }
      scene.pass(second);
    }
  }

  test("is on more executors while it keeps those that it is on busy", () => {
    const scene = upWith(open, 3);
    busy(scene, 2, 1);
    assert.equal(shares(scene).length, 1);
    scene.take();
    busy(scene, 2, 1);
    assert.equal(shares(scene).length, 2);
    assert.match(
      scene.take().find((line) => line.startsWith("process-spread")) ?? "",
      /^process-spread shop\/web 2 executors: it keeps its executors busy/,
    );
    busy(scene, 4, 1);
    assert.equal(shares(scene).length, 3, "as many as there may be");
  });

  test("is on fewer a while after, one after the other, also where nobody says anything", () => {
    const scene = upWith(open, 3);
    busy(scene, 8, 1);
    scene.pass(50 * second);
    assert.equal(shares(scene).length, 3);
    scene.pass(30 * second);
    assert.equal(shares(scene).length, 2);
    scene.pass(120 * second);
    assert.equal(shares(scene).length, 1);
    assert.equal(policies(scene)[0]?.instancesMax, 8);
  });

  test("is so by itself, and not where it is on as many as it says", () => {
    const scene = upWith({ serve: ["/"] }, 3);
    busy(scene, 4, 1);
    assert.equal(shares(scene).length, 2);
    const fixed = upWith(two, 3);
    busy(fixed, 8, 1);
    assert.equal(shares(fixed).length, 2);
  });

  test("stays on one where its manifest says so, or it has one instance", () => {
    for (const serve of [{ spread: 1 }, { spread: "1..all", instances: 1 }]) {
      const scene = upWith({ serve: { routes: ["/"], ...serve } }, 3);
      busy(scene, 8, 1);
      assert.equal(shares(scene).length, 1);
    }
  });

  test("says why", async () => {
    const scene = new Scene({ executorsMax: 2 });
    scene.scripts.set("web", { findings: [] });
    scene.deploy({ processes: { web: open } });
    scene.pass(second);
    busy(scene, 4, 1);
    const { findings } = await scene.host.time.until(scene.control.why("shop/web"));
    const told = findings.filter(({ by }) => by === "spread").map(({ decided }) => decided);
    assert.deepEqual([...new Set(told)], ["1 executor", "2 executors"]);
  });
});
