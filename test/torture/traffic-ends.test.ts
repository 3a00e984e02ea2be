import assert from "node:assert/strict";
import { once } from "node:events";
import { createConnection } from "node:net";
import { suite, test } from "node:test";
import { call, type Caller, Load, outcomeOf, type ServingDaemon, upServing } from "./callers.ts";
import { deploy, eventsUntil, isAlive, until } from "./daemon.ts";

const app = [
  "app: a",
  "processes:",
  "  w: { image: http/version, serve: { routes: [/] }, uses: { env: { VERSION: v1 } } }",
  "",
].join("\n");

/** Each request has a connection of its own, so that none fails with a neighbour. */
const callers: readonly Caller[] = [
  { target: "/", count: 8, isKept: false, isRight: ({ text }) => text === "v1" },
  { target: "/stream", count: 8, isKept: false, isRight: ({ text }) => text === "v1".repeat(20) },
];

/** How many executors were lost so far. */
async function lost({ client }: ServingDaemon, wanted: number): Promise<void> {
  const isLost = ({ kind }: { readonly kind: string }): boolean => kind === "executor-lost";
  await eventsUntil(client, (all) => all.filter(isLost).length === wanted);
}

suite("torture: an executor is killed under load", () => {
  test("what it had is cut, all others are answered, and it serves again", async (t) => {
    const daemon = await upServing(t, { words: ["--executors", "1"] });
    await deploy(daemon.client, app);
    const load = new Load(t, daemon.port, callers);
    await until(() => load.count >= 500);
    const [pid = 0] = await daemon.executorPids();
    const killedMs = performance.now();
    process.kill(pid, "SIGKILL");
    // This one waits for the next executor.
    assert.equal((await call(daemon.port)).text, "v1");
    t.diagnostic(`serves again ${(performance.now() - killedMs).toFixed(0)} ms after a kill`);
    await lost(daemon, 1);
    const from = load.count;
    await until(() => load.count >= from + 500);
    await load.stop();
    const { all } = load.outcomes;
    const reset = load.outcomes.of("ECONNRESET");
    assert.deepEqual(all, { 200: load.count - reset, ECONNRESET: reset });
    // No more than were on their way, and one for each that was accepted and not yet read.
    assert.ok(reset <= 2 * 16, String(reset));
  });

  test("again and again: it is paced, and callers wait or are told to come again", async (t) => {
    const daemon = await upServing(t, { words: ["--executors", "1"] });
    await deploy(daemon.client, app);
    await call(daemon.port);
    for (let time = 1; time <= 3; time++) {
      const load = new Load(t, daemon.port, callers);
      await until(() => load.outcomes.of("200") >= 100);
      const [pid = 0] = await daemon.executorPids();
      process.kill(pid, "SIGKILL");
      await lost(daemon, time);
      const from = load.outcomes.of("200");
      await until(() => load.outcomes.of("200") >= from + 50);
      await load.stop();
      const { 200: _, ECONNRESET: __, ...others } = load.outcomes.all;
      assert.deepEqual(others, {}, `after kill ${time}`);
    }
  });
});

suite("torture: a daemon that serves", () => {
  test("is killed: its port is free within a second, and the next one serves there", async (t) => {
    const daemon = await upServing(t);
    await deploy(daemon.client, app);
    const load = new Load(t, daemon.port, callers);
    await until(() => load.count >= 200);
    const pids = await daemon.executorPids();
    const killedMs = performance.now();
    await daemon.kill();
    await until(() => !pids.some(isAlive));
    t.diagnostic(`its executors are gone ${(performance.now() - killedMs).toFixed(0)} ms after it`);
    const again = await upServing(t, { data: daemon.dataFolder, port: daemon.port });
    assert.equal(again.port, daemon.port);
    assert.equal((await call(again.port)).text, "v1");
    await load.stop();
  });

  test("is told to end under load: what it has is answered, and none waits", async (t) => {
    const daemon = await upServing(t);
    await deploy(daemon.client, app);
    const load = new Load(t, daemon.port, callers);
    await until(() => load.count >= 200);
    await daemon.end();
    await load.stop();
    for (const outcome of Object.keys(load.outcomes.all)) {
      assert.match(outcome, /^(200|421|503|ECONNREFUSED|ECONNRESET)$/);
    }
  });

  test("answers from the moment it says that it is ready", async (t) => {
    const daemon = await upServing(t);
    const answer = await call(daemon.port);
    assert.equal(answer.status, 421);
    await deploy(daemon.client, app);
    await until(async () => (await call(daemon.port)).status === 200);
    await daemon.end();
    const again = await upServing(t, { data: daemon.dataFolder });
    assert.equal((await call(again.port)).text, "v1", "also for what is there from before");
  });

  test("knows from that moment what it has, however many there are", async (t) => {
    const daemon = await upServing(t);
    const names = Array.from({ length: 200 }, (_, index) => `w${index}`);
    const rows = names.map((name) => `  ${name}: { image: http/version, serve: /${name}/ }\n`);
    await deploy(daemon.client, `app: many\nprocesses:\n${rows.join("")}`);
    await until(async () => (await call(daemon.port, "/w199/")).status === 200);
    await daemon.end();
    const again = await upServing(t, { data: daemon.dataFolder });
    const answers = await Promise.all(names.map((name) => call(again.port, `/${name}/`)));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  });
});

suite("torture: connections that wait", () => {
  test("while there is no executor are answered by the next", async (t) => {
    const daemon = await upServing(t, { words: ["--executors", "1"] });
    await deploy(daemon.client, app);
    await call(daemon.port);
    const [pid = 0] = await daemon.executorPids();
    process.kill(pid, "SIGSTOP");
    const waiting = Array.from({ length: 100 }, () => outcomeOf(call(daemon.port)));
    const probe = createConnection({ host: "127.0.0.1", port: daemon.port });
    t.after(() => probe.destroy());
    await once(probe, "connect");
    process.kill(pid, "SIGKILL");
    const outcomes = new Set(await Promise.all(waiting));
    assert.deepEqual(outcomes, new Set(["200"]));
  });
});
