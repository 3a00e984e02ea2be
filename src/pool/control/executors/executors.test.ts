import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type AppTexts, Scene, second } from "#test/control";

function upWith(texts: AppTexts, options: ConstructorParameters<typeof Scene>[0] = {}): Scene {
  const scene = new Scene(options);
  scene.deploy(texts);
  scene.settle().take();
  return scene;
}

function usesFolder(folder: string): object {
  return { uses: { files: [folder] } };
}

suite("executors: where processes are put", () => {
  test("on one, until it is crowded; then on as many as there may be, evenly", async () => {
    const scene = upWith({ processes: { a: { count: 2500 } } }, { executorsMax: 2 });
    scene.pass(5 * second);
    const { executors } = await scene.control.status();
    assert.deepEqual(
      executors.map(({ processes }) => processes),
      [1250, 1250],
    );
  });

  test("where what they need is reached, below the folder of the manifest", () => {
    const texts = { processes: { a: { uses: { files: ["../data::/d", "/etc:ro"] } } } };
    const scene = upWith(texts);
    const { order, executor } = scene.at("shop/a");
    assert.deepEqual(
      order.directories.map(({ host, guest, readOnly }) => [host, guest, readOnly]),
      [
        ["/home/data", "/d", false],
        ["/etc", "/etc", true],
      ],
    );
    assert.deepEqual(executor.reach.readable, ["/home/data", "/etc"]);
    assert.deepEqual(executor.reach.writable, ["/home/data"]);
    assert.equal(scene.executors.running.length, 1);
  });

  test("on another that reaches more, when those that run do not reach it", () => {
    const scene = upWith({ processes: { a: {} } }, { executorsMax: 1 });
    scene.deploy({ processes: { a: {}, b: usesFolder("/b") } } as AppTexts);
    scene.settle();
    const [first, other] = scene.executors.running;
    assert.deepEqual(first?.reach.writable, []);
    assert.deepEqual(other?.reach.writable, ["/b"]);
    assert.equal(scene.at("shop/b").executor, other);
    assert.equal(scene.at("shop/a").executor, first);
  });

  test("on one other for all that a deploy brings, however many directories that are", () => {
    const scene = upWith({ processes: { a: {} } }, { executorsMax: 1 });
    const folders = { b: usesFolder("/b"), c: usesFolder("/c"), d: usesFolder("/d") };
    scene.deploy({ processes: { a: {}, ...folders } } as AppTexts);
    scene.settle();
    assert.deepEqual(
      scene.executors.running.map(({ reach }) => reach.writable),
      [[], ["/b", "/c", "/d"]],
    );
    assert.deepEqual(scene.running, ["shop/a", "shop/b", "shop/c", "shop/d"]);
  });

  test("after a start from what is kept, on one that reaches all there is", () => {
    const scene = upWith({ processes: { a: usesFolder("/a"), b: usesFolder("/b") } } as AppTexts);
    scene.reboot();
    scene.settle();
    assert.deepEqual(
      scene.executors.started.map(({ reach }) => reach.writable),
      [["/a", "/b"]],
    );
    assert.deepEqual(scene.running, ["shop/a", "shop/b"]);
  });
});

suite("executors: one hangs", () => {
  test("it is replaced when it has left five probes unanswered, and not before", async () => {
    const scene = upWith({ processes: { a: {} } });
    scene.pass(60 * second);
    assert.equal(scene.executors.started.length, 1);
    scene.executor.isHung = true;
    scene.pass(14 * second);
    assert.equal(scene.executors.started.length, 1);
    scene.pass(5 * second);
    assert.equal(
      scene.take()[0],
      "executor-lost executor 0: it did not answer for 15 s; it had 1 processes",
    );
    assert.deepEqual(await scene.states(), ["shop running", "shop/a running"]);
    assert.equal(scene.executors.running.length, 1);
  });

  test("what it runs is over with it, also when all is to end", async () => {
    const scene = upWith({ processes: { a: {} } });
    scene.executor.isHung = true;
    const closed = scene.control.close();
    scene.pass(25 * second);
    await closed;
    scene.settle();
    assert.deepEqual(scene.executors.running, []);
  });
});

suite("executors: one is lost", () => {
  test("its processes are on their way at once, whatever they were doing", async () => {
    const processes = { up: {}, slow: {}, asked: {}, paced: {} };
    const scene = new Scene({ executorsMax: 1 });
    scene.scripts.set("shop/asked", { askedNs: 20 * second });
    scene.deploy({ processes });
    scene.settle();
    scene.scripts.set("slow", { startNs: 10 * second });
    for (let time = 0; time < 8; time++) {
      if (scene.running.includes("shop/paced")) scene.end("shop/paced");
      scene.pass(5e6);
    }
    scene.end("shop/slow");
    scene.control.restart("shop/asked");
    scene.pass(1e6);
    const before = await scene.states();
    assert.deepEqual(before.slice(1), [
      "shop/up running",
      "shop/slow starting",
      "shop/asked ending",
      "shop/paced waiting",
    ]);
    scene.take();
    scene.executor.lose("it ran out of memory");
    scene.pass(1e6);
    assert.equal(
      scene.take()[0],
      "executor-lost executor 0: it ran out of memory; it had 3 processes",
    );
    scene.pass(11 * second);
    assert.deepEqual(scene.running, ["shop/asked", "shop/paced", "shop/slow", "shop/up"]);
    const { executors } = await scene.control.status();
    assert.deepEqual(executors, [{ slot: 0, pid: 2, state: "running", processes: 4, restarts: 1 }]);
  });

  test("one that is ending is ended with it, and not started again", () => {
    const scene = upWith({ processes: { a: {}, b: {} } });
    scene.scripts.set("shop/b", { askedNs: Infinity, toldNs: Infinity });
    scene.executor.lose("gone");
    scene.settle();
    scene.control.end("shop");
    scene.pass(second);
    scene.executor.lose("gone");
    scene.pass(second);
    assert.deepEqual(scene.running, []);
    assert.ok(scene.take().includes("supervisor-ended shop ended"));
  });

  test("whoever gives up after fewer failures than it had processes does not", () => {
    const tree = { strategy: "one-for-one", "give-up": "2 in 10s", children: ["a"] };
    const scene = upWith({ processes: { a: { count: 20, "give-up": "0 in 10s" } }, tree });
    scene.executor.lose("gone");
    scene.settle();
    assert.equal(scene.running.length, 20);
  });

  test("it is replaced at once, then paced, while what it had goes to another", async () => {
    const scene = upWith({ processes: { a: { count: 1500 } } }, { executorsMax: 2 });
    scene.pass(3 * second);
    const crowds: number[] = [];
    for (let time = 0; time < 4; time++) {
      const [first] = scene.executors.running.toSorted(
        (a, b) => a.processes.size - b.processes.size,
      );
      first?.lose("again and again");
      scene.pass(1e6);
      crowds.push(scene.executors.running.length);
      scene.pass(0.05 * second);
    }
    assert.deepEqual(crowds.slice(0, 2), [2, 1]);
    const { executors } = await scene.control.status();
    assert.ok(executors.some(({ state, pid }) => state === "waiting" && pid === undefined));
    scene.pass(60 * second);
    assert.equal(scene.running.length, 1500);
  });

  test("what it said last counts if it arrives, and what was on its way to it is void", () => {
    for (const lostCount of [0, 1]) {
      const scene = upWith({ processes: { a: { restart: "never" } } });
      const { executor, life } = scene.at("shop/a");
      executor.end(life, { kind: "exited", code: 7 });
      executor.lose("gone", lostCount);
      scene.settle();
      const ends = scene.take().filter((line) => line.startsWith("process-ended"));
      const text = lostCount === 0 ? "exited(7)" : "killed(by the end of executor 0)";
      assert.deepEqual(ends, [`process-ended shop/a ${text}`]);
      assert.deepEqual(scene.running, []);
    }
  });

  test("what waits for one that is long in coming can be ended meanwhile", () => {
    const scene = upWith({ processes: { a: {} } }, { executorsMax: 1 });
    for (let time = 0; time < 10; time++) {
      for (const executor of scene.executors.running) executor.lose("again");
      scene.pass(second);
    }
    assert.deepEqual(scene.executors.running, []);
    scene.pass(0.01 * second);
    scene.take();
    scene.control.end("shop");
    scene.pass(1e6);
    assert.equal(scene.take().at(-1), "supervisor-ended shop ended");
    scene.pass(60 * second);
    assert.deepEqual(scene.running, []);
  });
});

suite("executors: questions", () => {
  test("are answered with what each process used", async () => {
    const scene = upWith({ processes: { a: { count: 2 } } });
    scene.scripts.set("a", { cpuNs: 5e6 });
    scene.control.restart("shop");
    scene.settle();
    const views = await scene.host.time.until(scene.control.processes());
    assert.deepEqual(
      views.map(({ usage }) => usage?.cpuNs),
      [undefined, 5e6, 5e6],
    );
    assert.deepEqual(
      views.map(({ executor }) => executor),
      [undefined, 0, 0],
    );
  });

  test("wait two seconds for who does not answer, and say what others did", async () => {
    const scene = upWith({ processes: { a: { count: 1001 } } }, { executorsMax: 2 });
    scene.pass(3 * second);
    const silent = scene.at("shop/a").executor;
    silent.isSilent = true;
    const fromNs = scene.host.time.monotonicNs();
    const views = await scene.host.time.until(scene.control.processes());
    assert.equal(scene.host.time.monotonicNs() - fromNs, 2 * second);
    assert.equal(views.filter(({ usage }) => usage !== undefined).length, 1);
  });

  test("do not wait for one that is lost meanwhile", async () => {
    const scene = upWith({ processes: { a: {} } });
    scene.executor.isSilent = true;
    const answer = scene.control.processes();
    const fromNs = scene.host.time.monotonicNs();
    scene.executor.lose("gone");
    await scene.host.time.until(answer);
    assert.ok(scene.host.time.monotonicNs() - fromNs < second);
  });

  test("what was written last is that of the life there is now", async () => {
    const scene = upWith({ processes: { a: {}, b: { count: 1000 } } }, { executorsMax: 2 });
    scene.pass(3 * second);
    const [first, other] = scene.executors.running;
    const now = scene.at("shop/a").executor;
    const old = now === first ? other : first;
    old?.write("shop/a", "from a life long ago, which wrote a lot");
    now.write("shop/a", "héllo");
    const read = (path: string): ReturnType<typeof scene.control.output> =>
      scene.host.time.until(scene.control.output(path));
    assert.deepEqual(await read("shop/a"), {
      path: "shop/a",
      text: "héllo",
      endBytes: 6,
      startBytes: 0,
      heldBytes: 0,
    });
    old?.write("shop/b", "old");
    assert.equal((await read("shop/b")).text, "old", "of a life that wrote nothing yet");
    assert.equal((await read("shop/b.2")).text, "");
  });
});
