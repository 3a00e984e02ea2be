/** A process that serves on several executors, each of which may be lost. */
import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import type { EventView } from "#app/client";
import { call, Load, type ServingDaemon, upServing } from "./callers.ts";
import { count, deploy, eventsUntil, until } from "./daemon.ts";

const path = "a/web";

function app(version: string): string {
  const serve = "serve: { routes: [/], spread: 2, instances: 0..4, trial: 0s }";
  const web = `  web: { image: http/version, ${serve}, uses: { env: { VERSION: ${version} } } }`;
  return ["app: a", "processes:", web, ""].join("\n");
}

/** Slots of the executors that have a share. */
async function slotsOf({ client }: ServingDaemon): Promise<readonly number[]> {
  const views = await client.processes("a");
  const { serving, executor } = views.find((view) => view.path === path) ?? {};
  return serving?.executors ?? (executor === undefined ? [] : [executor]);
}

async function upSpread(context: TestContext, executors: number): Promise<ServingDaemon> {
  const daemon = await upServing(context, { words: ["--executors", `${executors}`] });
  await deploy(daemon.client, app("one"));
  await eventsUntil(daemon.client, (all) => count(all, "process-started", path) === 1);
  await untilSpread(daemon);
  return daemon;
}

/** Until so many executors have a share, and all of them run. */
async function untilSpread(daemon: ServingDaemon, spread = 2): Promise<void> {
  for (;;) {
    const { executors } = await daemon.client.status();
    const slots = await slotsOf(daemon);
    const isUp = executors.every(({ state }) => state === "running");
    if (slots.length === spread && isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function killSlot({ client }: ServingDaemon, slot: number | undefined): Promise<void> {
  const { executors } = await client.status();
  const pid = executors.find((executor) => executor.slot === slot)?.pid;
  assert.ok(pid !== undefined, "the executor is there");
  process.kill(pid, "SIGKILL");
}

suite("torture: a process on two executors", () => {
  test("is answered by either, and goes on when one of them is lost", async (t) => {
    const daemon = await upSpread(t, 2);
    for (const index of [0, 1, 0]) {
      await killSlot(daemon, (await slotsOf(daemon))[index]);
      for (let calls = 0; calls < 20; calls++) {
        assert.equal((await call(daemon.port)).text, "one");
      }
      await untilSpread(daemon);
    }
    const isLost = ({ kind }: EventView): boolean => kind === "executor-lost";
    const events = await eventsUntil(daemon.client, (all) => all.filter(isLost).length === 3);
    assert.equal(count(events, "process-ended", path), 0);
  });

  test("loses the requests of an executor that is killed under load, and no others", async (t) => {
    const daemon = await upSpread(t, 3);
    const load = new Load(t, daemon.port, [
      { target: "/", count: 8, isKept: true, isRight: ({ text }) => text === "one" },
      { target: "/", count: 4, isKept: false, isRight: ({ text }) => text === "one" },
    ]);
    await until(() => load.count >= 1000);
    const [slot] = await slotsOf(daemon);
    await killSlot(daemon, slot);
    const from = load.count;
    await until(() => load.count >= from + 2000);
    await load.stop();
    const { 200: right = 0, ...others } = load.outcomes.all;
    t.diagnostic(JSON.stringify(load.outcomes.all));
    // What had its own connection there lost that.
    const lost = (others["ECONNRESET"] ?? 0) + (others["socket hang up"] ?? 0);
    assert.equal(right + lost, load.count, JSON.stringify(others));
    assert.ok(lost <= 12, `${lost} lost, of 12 clients`);
  });

  test("loses no request by deploys of builds, and of fewer and more executors", async (t) => {
    const daemon = await upSpread(t, 2);
    const load = new Load(t, daemon.port, [
      { target: "/", count: 8, isKept: true },
      { target: "/", count: 4, isKept: false },
    ]);
    const more = async (calls: number): Promise<void> => {
      const from = load.count;
      await until(() => load.count >= from + calls);
    };
    await more(500);
    for (const [version, spread] of [
      ["two", 2],
      ["two", 1],
      ["two", 2],
      ["three", 1],
      ["four", 2],
    ] as const) {
      await deploy(daemon.client, app(version).replace("spread: 2", `spread: ${spread}`));
      await untilSpread(daemon, spread);
      await more(1000);
    }
    await load.stop();
    assert.deepEqual(Object.keys(load.outcomes.all), ["200"], JSON.stringify(load.outcomes.all));
    const texts = new Set<string>();
    for (let calls = 0; calls < 40; calls++) texts.add((await call(daemon.port)).text);
    assert.deepEqual([...texts], ["four"]);
  });
});
