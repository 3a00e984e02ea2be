import assert from "node:assert/strict";
import { resolve } from "node:path";
import { suite, test } from "node:test";
import { ensureBuilt } from "#tools/build";
import { prepareSite } from "#tools/examples";
import { ask, askUntil, startNoos } from "./noos-program.ts";

const projectFolder = resolve(import.meta.dirname, "..", "..", "..");

suite("the example site", { timeout: 120_000 }, () => {
  test("answers in four languages behind one port, one service by way of another", async (t) => {
    await ensureBuilt();
    const { target, missing } = await prepareSite({ fetch: false });
    for (const [spec, why] of missing) t.diagnostic(`without ${spec}: ${why}`);
    const running = startNoos(["dev", target, "--http", "127.0.0.1:0"], projectFolder);
    t.after(() => running.end());
    const [, home = ""] = await running.said(/home answers at (http:\S+)/);
    const url = (path: string): string => new URL(path, home).href;

    const { text: page } = await askUntil(home, ({ status }) => status === 200);
    assert.match(page, /<dd>hello, world<\/dd>/, "asked of the handler in C, by its name");
    assert.match(page, /none yet/);
    assert.deepEqual(await ask(url("/greeting")), { status: 200, text: "hello, world\n" });

    const long = "https://example.com/?a=1&b=2";
    const made = await fetch(url("/s/"), { method: "POST", body: long });
    const short = (await made.text()).trim();
    assert.match(short, /^\/s\/[\w-]{6}$/);
    const followed = await fetch(url(short), { redirect: "manual" });
    assert.equal(followed.status, 302);
    assert.equal(followed.headers.get("location"), long);
    const listed = `${short}</a> to ${long.replace("&", "&amp;")}</li>`;
    assert.ok((await ask(home)).text.includes(listed));
    assert.equal((await ask(url("/nowhere"))).status, 404);

    if (!missing.has("words")) {
      const { text } = await ask(url("/words?text=a+rose+is+a+rose"));
      assert.deepEqual(JSON.parse(text), {
        words: 5,
        most: [
          ["a", 2],
          ["rose", 2],
          ["is", 1],
        ],
      });
    }
    if (!missing.has("faces")) {
      const response = await fetch(url("/faces/you.png"));
      assert.equal(response.headers.get("content-type"), "image/png");
      const head = new Uint8Array(await response.arrayBuffer()).subarray(1, 4);
      assert.equal(new TextDecoder().decode(head), "PNG");
    }
    assert.equal(await running.end(), 0);
  });
});
