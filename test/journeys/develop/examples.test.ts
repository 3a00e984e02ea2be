import assert from "node:assert/strict";
import { once } from "node:events";
import { resolve } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { ensureBuilt } from "#tools/build";
import { ask, askUntil, type Running, startNoos } from "./noos-program.ts";

const projectFolder = resolve(import.meta.dirname, "..", "..", "..");

/** `noos dev` of an example, and where it answers. */
async function develop(t: TestContext, example: string): Promise<Running & { url: string }> {
  await ensureBuilt();
  const words = ["dev", `examples/${example}`, "--http", "127.0.0.1:0"];
  const running = startNoos(words, projectFolder);
  t.after(() => running.end());
  const [, url = ""] = await running.said(/answers at (http:\S+)/);
  await askUntil(url, ({ status }) => status === 200);
  return { ...running, url };
}

/** Somebody in a room of the chat, and the lines that come to them, one after the other. */
class Guest {
  readonly #socket: WebSocket;
  readonly #lines: AsyncIterator<unknown>;

  constructor(url: string) {
    this.#socket = new WebSocket(url.replace("http:", "ws:"));
    this.#lines = lines(this.#socket);
  }

  say(text: string): void {
    this.#socket.send(text);
  }

  async hears(): Promise<unknown> {
    return (await this.#lines.next()).value;
  }

  async leave(): Promise<void> {
    const closed = once(this.#socket, "close");
    this.#socket.close();
    await closed;
  }
}

async function* lines(socket: WebSocket): AsyncGenerator<unknown> {
  const come: unknown[] = [];
  let wake = (): void => undefined;
  socket.addEventListener("message", ({ data }) => {
    come.push(JSON.parse(String(data)));
    wake();
  });
  for (;;) {
    if (come.length > 0) yield come.shift();
    else await new Promise<void>((settle) => (wake = settle));
  }
}

suite("examples", { timeout: 120_000 }, () => {
  test("chat: who is in a room hears what is said there, and nobody else does", async (t) => {
    const { url, end } = await develop(t, "chat");
    assert.match((await ask(`${url}bakery`)).text, /<title>A chat on noos/);
    const ada = new Guest(`${url}bakery?who=ada`);
    assert.deepEqual(await ada.hears(), { kind: "came", who: "ada", here: ["ada"] });
    const bob = new Guest(`${url}garden?who=bob`);
    assert.deepEqual(await bob.hears(), { kind: "came", who: "bob", here: ["bob"] });
    ada.say("bread?");
    assert.deepEqual(await ada.hears(), { kind: "said", who: "ada", text: "bread?" });
    const eve = new Guest(`${url}bakery?who=eve`);
    assert.deepEqual(await eve.hears(), { kind: "said", who: "ada", text: "bread?" });
    const both = { kind: "came", who: "eve", here: ["ada", "eve"] };
    assert.deepEqual([await ada.hears(), await eve.hears()], [both, both]);
    await ada.leave();
    assert.deepEqual(await eve.hears(), { kind: "left", who: "ada", here: ["eve"] });
    bob.say("roses");
    assert.deepEqual(await bob.hears(), { kind: "said", who: "bob", text: "roses" });
    await Promise.all([bob.leave(), eve.leave()]);
    assert.equal(await end(), 0);
  });

  test("markdown: what is sent is rendered by a worker, by way of a queue", async (t) => {
    const { url, end } = await develop(t, "markdown");
    const send = async (body: string): Promise<string> => {
      const taken = await fetch(url, { method: "POST", body, redirect: "manual" });
      assert.equal(taken.status, 303);
      return new URL(taken.headers.get("location") ?? "", url).href;
    };
    const [first = "", second = ""] = await Promise.all(["# Bread", "*rolls* <b>"].map(send));
    const page = await askUntil(first, ({ status }) => status === 200);
    assert.match(page.text, /<h1>Bread<\/h1>/);
    const other = await askUntil(second, ({ status }) => status === 200);
    assert.match(other.text, /<em>rolls<\/em> &lt;b>/);
    assert.equal((await ask(`${url}999`)).status, 404);
    const forged = { method: "PUT", body: "x", headers: { "noos-caller": "markdown/renderer" } };
    assert.equal((await fetch(first, forged)).status, 403);
    assert.equal(await end(), 0);
  });
});
