import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { nodeExecutor } from "#adapters/node";
import { readAnyRecording } from "#core/journal/format";
import {
  type RunningDaemon,
  byNohup,
  count,
  deploy,
  eventsUntil,
  isAlive,
  openFiles,
  until,
  up,
} from "./daemon.ts";

const trapping = "image: hostile/trap, args: [unreachable]";
const sleeper = `image: basics/sleep, args: ["100000000"]`;

/** The paths that run, in the order of the tree. */
async function running({ client }: RunningDaemon): Promise<readonly string[]> {
  const views = await client.processes();
  return views
    .filter(({ kind, state }) => kind === "process" && state === "running")
    .map(({ path }) => path);
}

suite("torture: what fails", () => {
  test("a crash loop is paced, goes on, and leaves others alone", async (t) => {
    const daemon = await up(t);
    await deploy(
      daemon.client,
      `app: a\nprocesses: { bad: { ${trapping} }, good: { ${sleeper} } }\n`,
    );
    const events = await eventsUntil(
      daemon.client,
      (all) => count(all, "process-ended", "a/bad") >= 5,
    );
    const delays = events
      .filter(({ kind, path }) => kind === "process-ended" && path === "a/bad")
      .map(({ delayNs }) => delayNs ?? 0);
    // What is told is what is left of it then: a hundredth less, at a slow moment.
    assert.ok((delays[1] ?? 0) >= 90e6 && (delays[3] ?? 0) >= 360e6, String(delays));
    assert.equal(count(events, "process-ended", "a/good"), 0);
  });

  test("one that has ended or cannot be started holds nothing open of its grants", async (t) => {
    const daemon = await up(t, { words: ["--executors", "1"] });
    const granted = mkdtempSync("/tmp/noos-granted-");
    t.after(() => rmSync(granted, { recursive: true }));
    const missing = join(granted, "missing");
    mkdirSync(missing);
    const files = `files: ["${granted}::/a:ro", "${missing}::/b:ro"]`;
    await deploy(daemon.client, `app: a\nprocesses: { w: { ${sleeper}, uses: { ${files} } } }\n`);
    await until(async () => (await running(daemon)).length === 1);
    rmSync(missing, { recursive: true });
    await daemon.client.restart("a/w");
    await eventsUntil(daemon.client, (all) => count(all, "process-ended", "a/w") >= 5);
    const [, view] = await daemon.client.processes("a");
    assert.match(view?.lastEndHint ?? "", /^create it/);
    const [pid = 0] = await daemon.executorPids();
    const open = openFiles(pid).filter((path) => path.startsWith(granted));
    assert.deepEqual(open, []);
  });

  test("an executor that is killed takes its processes along, and all come back", async (t) => {
    const daemon = await up(t, { words: ["--executors", "1"] });
    await deploy(daemon.client, `app: a\nprocesses:\n  w: { ${sleeper}, count: 50 }\n`);
    await until(async () => (await running(daemon)).length === 50);
    const [pid = 0] = await daemon.executorPids();
    process.kill(pid, "SIGKILL");
    await eventsUntil(daemon.client, (all) => all.some(({ kind }) => kind === "executor-lost"));
    await until(async () => (await running(daemon)).length === 50);
    assert.deepEqual(
      (await daemon.client.processes("a")).slice(1).map(({ restarts }) => restarts),
      Array.from({ length: 50 }, () => 1),
    );
  });

  test("a middle child takes those after it along, under rest-for-one, and no other", async (t) => {
    const daemon = await up(t);
    await deploy(
      daemon.client,
      [
        "app: a",
        "processes:",
        ...["x", "y", "z"].map((name) => `  ${name}: { ${sleeper} }`),
        "tree: { strategy: rest-for-one, children: [x, y, z] }",
      ].join("\n"),
    );
    await until(async () => (await running(daemon)).length === 3);
    await daemon.client.restart("a/y");
    const events = await eventsUntil(
      daemon.client,
      (all) => count(all, "process-started", "a/z") === 2,
    );
    const after = events
      .slice(events.findIndex(({ kind }) => kind === "process-asked"))
      .filter(({ kind }) => kind === "process-ended" || kind === "process-started")
      .map(({ kind, path }) => `${kind} ${path}`);
    assert.deepEqual(after, [
      "process-ended a/z",
      "process-ended a/y",
      "process-started a/y",
      "process-started a/z",
    ]);
  });

  test("giving up goes up three levels, and the app says so", async (t) => {
    const daemon = await up(t);
    await deploy(
      daemon.client,
      [
        "app: a",
        "processes: { bad: { image: hostile/trap, args: [unreachable] } }",
        "tree:",
        "  strategy: one-for-one",
        "  give-up: 0 in 60s",
        "  children:",
        "    - supervisor:",
        "        name: mid",
        "        strategy: one-for-one",
        "        give-up: 0 in 60s",
        "        children:",
        "          - supervisor:",
        "              { name: low, strategy: one-for-one, give-up: 0 in 60s, children: [bad] }",
      ].join("\n"),
    );
    const events = await eventsUntil(
      daemon.client,
      (all) => count(all, "supervisor-ended", "a") === 1,
    );
    assert.match(
      events.at(-1)?.text ?? "",
      /^gave-up\(.*\): a\/mid: gave-up\(.*\): .*\/low: gave-up\(.*\): .*\/bad: trapped/,
    );
    const [app] = (await daemon.client.status()).apps;
    assert.equal(app?.state, "failed");
    await daemon.client.restart("a");
    await eventsUntil(daemon.client, (all) => count(all, "supervisor-ended", "a") === 2);
  });
});

suite("torture: crashes", () => {
  test("lie on the disk so that nobody can read them, and come back by the daemon", async (t) => {
    const daemon = await up(t);
    await daemon.client.setSecret("a", "PASSWORD", "correct-horse");
    await deploy(
      daemon.client,
      `app: a\nprocesses: { bad: { ${trapping}, uses: { secrets: [PASSWORD] } } }\n`,
    );
    await eventsUntil(daemon.client, (all) => count(all, "crash-recorded", "a/bad") === 1);
    const [{ id } = { id: "" }] = await daemon.client.crashes();
    const { codec } = nodeExecutor();
    const read = async (): Promise<Uint8Array> =>
      Buffer.concat(await Array.fromAsync(await daemon.client.crash(id)));
    const { launch } = readAnyRecording(await read(), codec).header;
    assert.deepEqual(launch.env, ["PASSWORD=correct-horse"]);
    const path = join(daemon.dataFolder, "crashes", `${id}.sealed`);
    const sealed = readFileSync(path);
    assert.throws(() => readAnyRecording(sealed, codec), { code: "RECORDING_MALFORMED" });
    sealed[sealed.length - 20] = (sealed[sealed.length - 20] ?? 0) ^ 1;
    writeFileSync(path, sealed);
    await assert.rejects(read(), { code: "CRASH_UNREADABLE" });
  });
});

suite("torture: ends", () => {
  for (const [what, spec] of [
    ["spins", "image: hostile/spin"],
    ["waits", sleeper],
    ["spins in its start function", "image: hostile/spin-start"],
  ] as const) {
    test(`one that ${what} is ended`, async (t) => {
      const daemon = await up(t);
      await deploy(daemon.client, `app: a\nprocesses: { w: { ${spec} } }\n`);
      await until(async () => (await running(daemon)).length === 1);
      await daemon.client.end("a/w");
      await eventsUntil(daemon.client, (all) => count(all, "process-ended", "a/w") === 1);
      const [, view] = await daemon.client.processes("a");
      assert.equal(view?.state, "held");
    });
  }

  const deaf = "image: hostile/bad-parent, args: [deaf, nobody]";

  test("one that does not listen when it is asked is ended when its grace is over", async (t) => {
    const daemon = await up(t);
    await deploy(daemon.client, `app: a\nprocesses: { w: { ${deaf}, grace: 300ms } }\n`);
    await until(async () => (await running(daemon)).length === 1);
    await daemon.client.end("a/w");
    const events = await eventsUntil(
      daemon.client,
      (all) => count(all, "process-ended", "a/w") === 1,
    );
    assert.equal(count(events, "process-asked", "a/w"), 1);
    const ended = events.at(-1);
    assert.match(ended?.text ?? "", /^killed\(by noos, for its grace was over\)$/);
  });

  test("a second Ctrl-C ends the daemon and all it runs at once, whatever the grace", async (t) => {
    const daemon = await up(t, { words: ["--executors", "2"] });
    const specs = `  w: { ${deaf}, grace: 1h }\n  busy: { image: hostile/spin }\n`;
    await deploy(daemon.client, `app: a\nprocesses:\n${specs}`);
    await until(async () => (await running(daemon)).length === 2);
    const pids = await daemon.executorPids();
    const gone = once(daemon.child, "exit");
    daemon.child.kill("SIGINT");
    await eventsUntil(daemon.client, (all) => count(all, "process-asked", "a/w") === 1);
    daemon.child.kill("SIGINT");
    assert.deepEqual(await gone, [0, null]);
    await until(() => !pids.some(isAlive));
  });

  test("one is ended in the middle of its start", async (t) => {
    const daemon = await up(t);
    await deploy(daemon.client, `app: a\nprocesses: { w: { ${sleeper} } }\n`);
    // Its executor has hardly begun by now.
    await daemon.client.end("a/w");
    await until(async () => (await daemon.client.processes("a"))[1]?.state === "held");
    await daemon.client.restart("a/w");
    await until(async () => (await running(daemon)).length === 1);
  });

  test("a burst of 200 and then the end leaves none", async (t) => {
    const daemon = await up(t, { words: ["--executors", "2"] });
    await deploy(daemon.client, `app: a\nprocesses: { w: { ${sleeper}, count: 200 } }\n`);
    const pids = await daemon.executorPids();
    await daemon.end();
    assert.deepEqual(pids.filter(isAlive), []);
  });

  test("all of an app is ended from the right when it is removed", async (t) => {
    const daemon = await up(t);
    const names = ["x", "y", "z"];
    const specs = names.map((name) => `  ${name}: { ${sleeper} }`).join("\n");
    await deploy(daemon.client, `app: a\nprocesses:\n${specs}\n`);
    await until(async () => (await running(daemon)).length === 3);
    await daemon.client.remove("a");
    const events = await eventsUntil(
      daemon.client,
      (all) => count(all, "supervisor-ended", "a") === 1,
    );
    const ended = events.filter(({ kind }) => kind === "process-ended").map(({ path }) => path);
    assert.deepEqual(ended, ["a/z", "a/y", "a/x"]);
    assert.deepEqual(await daemon.client.processes(), []);
  });
});

suite("torture: the daemon", () => {
  test("killed, it takes all along within a second, and brings all back", async (t) => {
    const daemon = await up(t, { words: ["--executors", "2"] });
    const specs = `  w: { ${sleeper}, count: 20 }\n  busy: { image: hostile/spin, count: 5 }\n`;
    await deploy(daemon.client, `app: a\nprocesses:\n${specs}`);
    await until(async () => (await running(daemon)).length === 25);
    const pids = await daemon.executorPids();
    await daemon.kill();
    await until(() => !pids.some(isAlive));
    const again = await up(t, { data: daemon.dataFolder });
    await until(async () => (await running(again)).length === 25);
  });

  test("goes on without its terminal if nohup started it, and else ends", async (t) => {
    const daemon = await up(t, { by: byNohup });
    await deploy(daemon.client, `app: a\nprocesses: { w: { ${sleeper} } }\n`);
    await until(async () => (await running(daemon)).length === 1);
    for (const pid of [daemon.child.pid ?? 0, ...(await daemon.executorPids())]) {
      process.kill(pid, "SIGHUP");
    }
    await daemon.client.restart("a/w");
    await eventsUntil(daemon.client, (all) => count(all, "process-started", "a/w") === 2);
    await daemon.end();
    const other = await up(t);
    other.child.kill("SIGHUP");
    assert.deepEqual(await once(other.child, "exit"), [0, null]);
  });

  test("a second one on the same data is refused, and names the first", async (t) => {
    const daemon = await up(t);
    const pid = `${(await daemon.client.status()).pid}`;
    await assert.rejects(up(t, { data: daemon.dataFolder }), (error: Error) =>
      error.message.includes(`process number ${pid}`),
    );
  });

  test("does not start without the key to its secrets, until they are given up", async (t) => {
    const daemon = await up(t);
    await daemon.client.setSecret("a", "PASSWORD", "correct-horse");
    await deploy(
      daemon.client,
      `app: a\nprocesses: { w: { ${sleeper}, uses: { secrets: [PASSWORD] } } }\n`,
    );
    await daemon.end();
    const { dataFolder: data } = daemon;
    const key = join(data, "key");
    const before = readFileSync(key, "utf8");
    rmSync(key);
    await assert.rejects(up(t, { data }), (error: Error) => {
      assert.match(error.message, /key" is missing, and only it opens 1 secret$/m);
      assert.match(error.message, /noos up --new-key/);
      return error.message.includes(key);
    });
    assert.equal(existsSync(key), false);
    const again = await up(t, { data, words: ["--new-key"] });
    assert.deepEqual(await again.client.secrets(), []);
    assert.notEqual(readFileSync(key, "utf8"), before);
    await again.client.setSecret("a", "PASSWORD", "another");
    await until(async () => (await running(again)).length === 1);
    await again.end();
    // What can be used is not given up.
    const third = await up(t, { data, words: ["--new-key"] });
    assert.equal((await third.client.secrets()).length, 1);
  });

  test("keeps what an operator held down, scaled and removed, over its own end", async (t) => {
    const daemon = await up(t);
    await deploy(daemon.client, `app: a\nprocesses: { w: { ${sleeper} } }\n`);
    await deploy(daemon.client, `app: b\nprocesses: { w: { ${sleeper} } }\n`);
    await daemon.client.scale("a", "w", 3);
    await daemon.client.remove("b");
    await daemon.kill();
    const again = await up(t, { data: daemon.dataFolder });
    await until(async () => (await running(again)).length === 3);
    assert.deepEqual(await running(again), ["a/w", "a/w.2", "a/w.3"]);
  });
});

suite("torture: programs as parents", () => {
  const parent = (how: string, child = `image: basics/exit, args: ["3"]`): string =>
    [
      "app: a",
      "processes:",
      `  bad: { image: hostile/bad-parent, args: [${how}, worker], uses: { spawn: [worker] } }`,
      `  worker: { ${child}, memory: 1MiB, count: 0 }`,
      "",
    ].join("\n");

  for (const how of ["heedless", "deaf"]) {
    test(`one that is ${how} of a failure ends as unacknowledged`, async (t) => {
      const daemon = await up(t);
      await deploy(daemon.client, parent(how));
      const events = await eventsUntil(
        daemon.client,
        (all) => count(all, "process-ended", "a/bad") === 1,
      );
      const end = events.find(({ kind, path }) => kind === "process-ended" && path === "a/bad");
      assert.match(end?.text ?? "", /^unacknowledged: a\/bad\/child-0+: exited\(3\)$/);
    });
  }

  test("one that ends leaves no child behind, and its end is told after theirs", async (t) => {
    const daemon = await up(t);
    await deploy(daemon.client, parent("leave", sleeper));
    const events = await eventsUntil(
      daemon.client,
      (all) => count(all, "process-ended", "a/bad") === 1,
    );
    const ended = events.filter(({ kind }) => kind === "process-ended").map(({ path }) => path);
    assert.deepEqual(ended, ["a/bad/child-00000", "a/bad"]);
  });

  test("one that is ended takes children and their children along", async (t) => {
    const daemon = await up(t);
    await deploy(
      daemon.client,
      [
        "app: a",
        "processes:",
        "  bad: { image: hostile/bad-parent, args: [bomb, bad], memory: 8MiB, children: 3,",
        "    uses: { spawn: [bad] } }",
        "",
      ].join("\n"),
    );
    // Its own memory is all that they may have together, so it has one child at most.
    await until(async () => (await running(daemon)).length >= 2);
    await daemon.client.end("a/bad");
    const events = await eventsUntil(
      daemon.client,
      (all) => count(all, "process-ended", "a/bad") === 1,
    );
    const started = events.filter(({ kind }) => kind === "process-started");
    const ended = events.filter(({ kind }) => kind === "process-ended");
    assert.equal(ended.length, started.length);
    assert.deepEqual(await running(daemon), []);
  });
});
