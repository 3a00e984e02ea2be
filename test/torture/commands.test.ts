import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { call, outcomeOf, send, upServing } from "./callers.ts";
import { count, deploy, eventsUntil, until } from "./daemon.ts";

suite("torture: commands", () => {
  test("by CGI are counted once each, and do not fail where a client left", async (t) => {
    const daemon = await upServing(t, { words: ["--executors", "1"] });
    const sleeper = `s: { image: basics/sleep, args: ["100000000"], serve: /sleep }`;
    const args = `w: { image: basics/args, serve: { routes: [/], instances: 1 } }`;
    await deploy(daemon.client, `app: a\nprocesses: { ${args}, ${sleeper} }\n`);
    const calls = async (): Promise<number> =>
      (await daemon.client.processes("a")).find(({ path }) => path === "a/w")?.usage?.calls ?? 0;
    await outcomeOf(call(daemon.port));
    const once = await calls();
    assert.ok(once > 0);
    for (let time = 2; time <= 20; time++) await outcomeOf(call(daemon.port));
    assert.ok((await calls()) < 25 * once, `${await calls()} calls in 20 runs of ${once}`);
    const reader = send(daemon.port, "/sleep", {});
    reader.on("error", () => undefined).end();
    const sleeping = async (): Promise<number> =>
      (await daemon.client.processes("a")).find(({ path }) => path === "a/s")?.serving?.inFlight ??
      0;
    await until(async () => (await sleeping()) === 1);
    reader.destroy();
    await until(async () => (await sleeping()) === 0);
    await daemon.client.remove("a");
    const events = await eventsUntil(
      daemon.client,
      (all) => count(all, "supervisor-ended", "a") > 0,
    );
    assert.equal(count(events, "instance-failed", "a/s"), 0);
  });

  test("that end with an error have not answered, unless they answer with one", async (t) => {
    const daemon = await upServing(t);
    const policy = "{ routes: [/], instances: 1 }";
    await deploy(
      daemon.client,
      `app: a\nprocesses:\n  w: { image: http/ending, serve: ${policy} }\n`,
    );
    for (const [target, outcome] of [
      ["/200/0", "200"],
      ["/200/1", "502"],
      ["/302/70", "502"],
      ["/404/0", "404"],
      ["/500/255", "500"],
    ] as const) {
      const answer = await call(daemon.port, target);
      assert.equal(`${answer.status}`, outcome, target);
      if (outcome === "502") assert.match(answer.text, /: no answer of use came/);
      else assert.equal(answer.text, "the beginning");
    }
  });
});
