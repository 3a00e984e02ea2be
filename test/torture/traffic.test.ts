import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent } from "node:http";
import { suite, test } from "node:test";
import {
  type Answer,
  answerOf,
  call,
  type Caller,
  Load,
  outcomeOf,
  Outcomes,
  send,
  type ServingDaemon,
  upServing,
} from "./callers.ts";
import { count, deploy, eventsUntil, until } from "./daemon.ts";

/** An app of one process, which answers with its version. */
function versioned(version: string, serve = "/", more = ""): string {
  return [
    "app: a",
    "processes:",
    `  w: { image: http/version, serve: ${serve}, uses: { env: { VERSION: ${version} } }${more} }`,
    "",
  ].join("\n");
}

function isVersion({ text }: Answer): boolean {
  return /^v\d+$/.test(text);
}

/** All of one version, whole. */
function isStream({ text }: Answer): boolean {
  return /^(?:v1){20}$|^(?:v2){20}$|^(?:v3){20}$/.test(text);
}

/** Connections that are kept, connections that are new, and streams. */
const everyKind: readonly Caller[] = [
  { target: "/", count: 12, isKept: true, isRight: isVersion },
  { target: "/", count: 6, isKept: false, isRight: isVersion },
  { target: "/stream", count: 6, isKept: true, isRight: isStream },
];

async function instances({ client }: ServingDaemon): Promise<number> {
  const [, view] = await client.processes("a");
  const { ready = 0, starting = 0 } = view?.serving ?? {};
  return ready + starting;
}

/** Outcomes of a load that are none of these. */
function others({ outcomes }: Load, ...expected: readonly string[]): readonly string[] {
  return Object.keys(outcomes.all).filter((outcome) => !expected.includes(outcome));
}

suite("torture: traffic comes and goes", () => {
  test("nothing runs until something calls, and nothing some time after that", async (t) => {
    const daemon = await upServing(t);
    const serve = "{ routes: [/], idle: 200ms }";
    await deploy(daemon.client, versioned("v1", serve));
    await eventsUntil(daemon.client, (all) => count(all, "process-started", "a/w") === 1);
    for (const round of [1, 2]) {
      assert.equal(await instances(daemon), 0, `before call ${round}`);
      const [cold, warm] = [await call(daemon.port), await call(daemon.port)];
      assert.match(
        String(cold.fields["server-timing"]),
        /^line;dur=[\d.]+, start;dur=[\d.]+, run;dur=[\d.]+$/,
      );
      assert.deepEqual([cold.text, warm.text], ["v1", "v1"]);
      assert.equal(warm.fields["server-timing"], undefined);
      await until(async () => (await instances(daemon)) === 0);
    }
    const [, view] = await daemon.client.processes("a");
    assert.deepEqual([view?.state, view?.usage?.memoryBytes, view?.restarts], ["running", 0, 0]);
    assert.ok((view?.usage?.cpuNs ?? 0) > 0, "what its instances computed is its own");
    assert.equal(view?.serving?.requests, 4);
  });

  test("a herd of a thousand first calls has no more instances started than may be", async (t) => {
    const daemon = await upServing(t);
    const serve = "{ routes: [/], instances: 3, at-once: 1, idle: 1h }";
    await deploy(daemon.client, versioned("v1", serve));
    const outcomes = new Outcomes();
    const herd = Array.from({ length: 1000 }, () => call(daemon.port));
    for (const outcome of await Promise.all(herd.map(outcomeOf))) outcomes.add(outcome);
    assert.deepEqual(outcomes.all, { 200: 1000 });
    assert.equal(await instances(daemon), 3);
    const cold = (await Promise.all(herd)).filter(({ fields }) => fields["server-timing"]);
    assert.ok(cold.length > 0, "some waited for a start, and were told so");
  });
});

suite("torture: a deploy under load", () => {
  test("of other images loses none of 20,000 requests, with streams among them", async (t) => {
    const daemon = await upServing(t);
    const serve = "{ routes: [/], instances: 4 }";
    await deploy(daemon.client, versioned("v1", serve));
    const load = new Load(t, daemon.port, everyKind);
    for (const [version, from] of [
      ["v2", 5000],
      ["v3", 10_000],
      ["v1", 15_000],
    ] as const) {
      await until(() => load.count >= from);
      await deploy(daemon.client, versioned(version, serve), version);
      await until(async () => (await call(daemon.port)).text === version);
    }
    await until(() => load.count >= 20_000);
    await load.stop();
    assert.deepEqual(load.outcomes.all, { 200: load.count });
    assert.ok(load.texts.isSupersetOf(new Set(["v1", "v2", "v3"])));
  });

  for (const [what, broken] of [
    ["traps before its first request", versioned("BROKEN", "{ routes: [/], instances: 4 }")],
    ["serves nothing", "app: a\nprocesses: { w: { image: basics/reactor, serve: / } }\n"],
  ] as const) {
    test(`of a build that ${what} is taken back by itself, and loses nothing`, async (t) => {
      const daemon = await upServing(t);
      await deploy(daemon.client, versioned("v1", "{ routes: [/], instances: 4 }"));
      const load = new Load(t, daemon.port, everyKind);
      await until(() => load.count >= 1000);
      await deploy(daemon.client, broken);
      const events = await eventsUntil(
        daemon.client,
        (all) => count(all, "renewal-reverted", "a/w") === 1,
      );
      assert.equal(events.at(-1)?.isFailure, true);
      const from = load.count;
      await until(() => load.count >= from + 1000);
      await load.stop();
      assert.deepEqual(load.outcomes.all, { 200: load.count });
      assert.equal((await call(daemon.port)).text, "v1");
      // What it was to be is mended by the next deploy.
      await deploy(daemon.client, versioned("v2"));
      await until(async () => (await call(daemon.port)).text === "v2");
    });
  }

  test("of how it serves changes that in place", async (t) => {
    const daemon = await upServing(t);
    await deploy(daemon.client, versioned("v1", "{ routes: [/], instances: 1..1 }"));
    const load = new Load(t, daemon.port, everyKind);
    await until(() => load.count >= 500);
    await deploy(daemon.client, versioned("v1", "{ routes: [/, /more/], instances: 3 }"));
    await until(async () => (await instances(daemon)) === 3);
    await deploy(daemon.client, versioned("v1", "{ routes: [/], calls: 50 }"));
    const from = load.count;
    await until(() => load.count >= from + 1000);
    await load.stop();
    assert.deepEqual(load.outcomes.all, { 200: load.count });
    const [, view] = await daemon.client.processes("a");
    assert.deepEqual([view?.restarts, view?.lastEnd], [0, undefined]);
  });

  test("of nothing any more: what it had is answered, and the rest is refused", async (t) => {
    const daemon = await upServing(t);
    await deploy(daemon.client, versioned("v1"));
    const load = new Load(t, daemon.port, everyKind);
    await until(() => load.count >= 1000);
    await daemon.client.remove("a");
    await eventsUntil(daemon.client, (all) => count(all, "process-ended", "a/w") === 1);
    const from = load.count;
    await until(() => load.count >= from + 100);
    await load.stop();
    assert.deepEqual(others(load, "200", "421", "503"), []);
    assert.ok(load.outcomes.of("421") > 0);
  });

  test("of nothing any more has what began come to its end, and tells others so", async (t) => {
    const daemon = await upServing(t);
    const echo = "app: a\nprocesses: { w: { image: http/echo, serve: / } }\n";
    await deploy(daemon.client, echo);
    const begun = send(daemon.port, "/", { method: "POST" });
    const answered = answerOf(begun);
    begun.write("half ");
    await once(begun, "response");
    await daemon.client.remove("a");
    await eventsUntil(daemon.client, (all) => count(all, "process-asked", "a/w") === 1);
    const refused = await call(daemon.port);
    assert.deepEqual([refused.status, refused.fields["retry-after"]], [503, "1"]);
    begun.end("and half");
    assert.equal((await answered).text, "half and half");
    await until(async () => (await call(daemon.port)).status === 421);
  });

  test("and a restart of it: some are refused, none waits, and it comes back", async (t) => {
    const daemon = await upServing(t);
    await deploy(daemon.client, versioned("v1"));
    const load = new Load(t, daemon.port, everyKind);
    await until(() => load.count >= 1000);
    await daemon.client.restart("a/w");
    await eventsUntil(daemon.client, (all) => count(all, "process-started", "a/w") === 2);
    const from = load.outcomes.of("200");
    await until(() => load.outcomes.of("200") >= from + 500);
    await load.stop();
    assert.deepEqual(others(load, "200", "421", "503"), []);
  });
});

suite("torture: connections", () => {
  test("that are kept are answered over a deploy, one request after the other", async (t) => {
    const daemon = await upServing(t);
    await deploy(daemon.client, versioned("v1"));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const ports = new Set<number | undefined>();
    agent.on("free", (socket: { readonly localPort?: number }) => ports.add(socket.localPort));
    await call(daemon.port, "/", { agent });
    await deploy(daemon.client, versioned("v2"), "v2");
    await until(async () => (await call(daemon.port, "/", { agent })).text === "v2");
    assert.equal(ports.size, 1);
  });
});
