import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import {
  type Answer,
  call,
  type Caller,
  Load,
  outcomeOf,
  Outcomes,
  type ServingDaemon,
  upServing,
} from "./callers.ts";
import { count, deploy, eventsUntil, until } from "./daemon.ts";

/** What has no folder, and runs on the first executor. */
const first = [
  "  near: { image: http/version, serve: /near/, uses: { env: { VERSION: near } } }",
  "  front: { image: http/relay, serve: /front/, uses: { call: [backend] } }",
];

/** An app on two executors: the first does not reach the folder that the second deploy brings. */
async function upOnTwo(context: TestContext): Promise<ServingDaemon> {
  const daemon = await upServing(context);
  const folder = mkdtempSync(join(tmpdir(), "noos-own-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const uses = `uses: { env: { VERSION: far }, files: ["${folder}::/own"] }`;
  const second = [
    `  backend: { image: http/version, serve: /far/, ${uses} }`,
    `  echo: { image: http/echo, serve: /echo/, uses: { files: ["${folder}::/own"] } }`,
  ];
  const app = (lines: readonly string[]): string =>
    ["app: a", "processes:", ...lines, ""].join("\n");
  await deploy(daemon.client, app(first.slice(0, 1)));
  await eventsUntil(daemon.client, (all) => count(all, "process-started", "a/near") === 1);
  await deploy(daemon.client, app([...first, ...second]));
  const names = ["front", "backend", "echo"];
  await eventsUntil(daemon.client, (all) =>
    names.every((name) => count(all, "process-started", `a/${name}`) === 1),
  );
  return daemon;
}

async function executorOf({ client }: ServingDaemon, path: string): Promise<number | undefined> {
  const views = await client.processes("a");
  return views.find((view) => view.path === path)?.executor;
}

function says(text: string): (answer: Answer) => boolean {
  return (answer) => answer.text === text;
}

const everywhere: readonly Caller[] = [
  { target: "/near/", count: 4, isKept: true, isRight: says("near") },
  { target: "/far/", count: 4, isKept: true, isRight: says("far") },
  { target: "/far/", count: 4, isKept: false, isRight: says("far") },
  { target: "/front/", count: 4, isKept: true, isRight: says("far") },
];

suite("torture: two executors", () => {
  test("each answers for the other, by route and by name", async (t) => {
    const daemon = await upOnTwo(t);
    assert.notEqual(await executorOf(daemon, "a/near"), await executorOf(daemon, "a/backend"));
    assert.equal((await call(daemon.port, "/front/")).text, "far");
    const body = Buffer.alloc(500_000, "noos ");
    const outcomes = new Outcomes();
    // Either executor may take a new connection: of so many, each gets some.
    for (let round = 0; round < 20; round++) {
      const answers = await Promise.all([
        call(daemon.port, "/near/"),
        call(daemon.port, "/far/"),
        call(daemon.port, "/front/"),
        call(daemon.port, "/far/nowhere"),
        call(daemon.port, "/echo/", { body }),
      ]);
      const texts = answers.map(({ text }) => (text === body.toString() ? "same" : text));
      outcomes.add(texts.join(" "));
    }
    assert.deepEqual(outcomes.all, { "near far far far same": 20 });
    assert.equal((await call(daemon.port, "/elsewhere")).status, 404);
  });

  test("one killed under load: what is idempotent is answered all the same", async (t) => {
    const daemon = await upOnTwo(t);
    const sockets = (): readonly string[] => readdirSync(join(daemon.dataFolder, "run"));
    const before = sockets();
    const load = new Load(t, daemon.port, everywhere);
    await until(() => load.count >= 2000);
    const { executors } = await daemon.client.status();
    const slot = await executorOf(daemon, "a/backend");
    const victim = executors.find((executor) => executor.slot === slot);
    process.kill(victim?.pid ?? 0, "SIGKILL");
    const from = load.count;
    await until(() => load.count >= from + 2000);
    await load.stop();
    const { 200: right = 0, ...others } = load.outcomes.all;
    t.diagnostic(JSON.stringify(load.outcomes.all));
    // What had its own connection there lost that.
    const lost = (others["ECONNRESET"] ?? 0) + (others["socket hang up"] ?? 0);
    assert.equal(right + lost, load.count, JSON.stringify(others));
    assert.equal(await outcomeOf(call(daemon.port, "/front/")), "200");
    const after = sockets();
    assert.equal(after.length, 2);
    assert.notDeepEqual(after, before);
  });
});
