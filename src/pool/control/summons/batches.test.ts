import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Summons, SummonsOutcome } from "#pool/host/summons";
import { bodies, field, second, type Stage, stageWith } from "#test/control";

/** A batch as a program reads it. */
interface Written {
  readonly messages: readonly Readonly<Record<string, unknown>>[];
}

const worker = "shop/worker";
const ok: SummonsOutcome = { kind: "answered", status: 204 };

function stage(
  consume: Readonly<Record<string, unknown>>,
  queue: Readonly<Record<string, unknown>> = {},
): Promise<Stage> {
  return stageWith({
    queues: { jobs: queue },
    processes: { worker: { consume: { queue: "jobs", ...consume } } },
  });
}

async function sendAll(on: Stage, texts: string): Promise<void> {
  for (const text of texts) await on.send(text);
  await on.settleAll();
}

function written(batch: Summons | undefined): Written["messages"] {
  const [text = "{}"] = batch === undefined ? [] : bodies([batch]);
  return (JSON.parse(text) as Written).messages;
}

/** The texts of the messages of each batch. */
function texts(batches: readonly Summons[]): readonly string[] {
  return batches.map((batch) =>
    written(batch)
      .map(({ body }) => String(body))
      .join(""),
  );
}

suite("control: batches of messages", () => {
  test("are handed out when they are full, and what is left when it has waited", async () => {
    const on = await stage({ batch: 3, wait: "5s" });
    on.room(worker, 10);
    await sendAll(on, "abcdefgh");
    assert.deepEqual(texts(on.summons()), ["abc", "def"]);
    await on.settleAll(4.8 * second);
    assert.deepEqual(on.summons(), []);
    await on.settleAll(0.3 * second);
    assert.deepEqual(texts(on.summons()), ["gh"]);
  });

  test("are told as so many requests, and as none before they are handed out", async () => {
    const on = await stage({ batch: 3, wait: "5s" });
    await sendAll(on, "ab");
    assert.deepEqual(on.orders("backlog"), []);
    await sendAll(on, "cdefg");
    await on.settleAll(0.3 * second);
    assert.equal(on.orders("backlog").at(-1)?.backlog.readyCount, 2);
    await on.settleAll(5 * second);
    assert.equal(on.orders("backlog").at(-1)?.backlog.readyCount, 3);
    on.room(worker, 1);
    await on.settleAll();
    assert.deepEqual(texts(on.summons()), ["abc"]);
  });

  test("say of each message what it would say as a request, in JSON", async () => {
    const on = await stage({ batch: 3, wait: "0s" });
    await on.send("a", { key: "k" });
    const sent = { body: Uint8Array.of(255, 0), type: "image/png" };
    await on.host.time.until(on.control.sendMessage("shop", "jobs", sent));
    on.room(worker, 1);
    await on.settleAll();
    const [batch] = on.summons();
    assert.ok(batch?.isBatch === true);
    assert.deepEqual(
      ["content-type", "noos-event", "noos-queue", "noos-batch"].map((name) => field(batch, name)),
      ["application/json", "queue", "jobs", "2"],
    );
    const [first, last] = written(batch).map(({ sent: at, ...others }) => {
      assert.match(String(at), /^2026-01-01T00:00:0\d\.\d{3}Z$/);
      return others;
    });
    assert.deepEqual(first, { id: 1, attempt: 1, key: "k", fields: {}, body: "a" });
    const fields = { "content-type": "image/png" };
    assert.deepEqual(last, { id: 2, attempt: 1, fields, base64: "/wA=" });
  });

  test("are done but for the messages that their answer names", async () => {
    const on = await stage({ batch: 4, wait: "0s" });
    on.room(worker, 1);
    await sendAll(on, "a");
    on.answer(worker, on.summons(), ok);
    on.room(worker, 0);
    await sendAll(on, "bcd");
    on.room(worker, 1);
    await on.settleAll();
    const again = [{ message: 3 }, { message: 4, afterNs: 60e9 }];
    on.answer(worker, on.summons(), { kind: "answered", status: 207, again });
    await on.settleAll(2 * second);
    const next = on.summons();
    assert.deepEqual(texts(next), ["c"]);
    assert.equal(written(next[0])[0]?.["attempt"], 2);
    on.answer(worker, next, ok);
    await on.settleAll();
    assert.deepEqual(await on.counts(), [0, 0, 1, 0, 0]);
    await on.settleAll(60 * second);
    assert.deepEqual(texts(on.summons()), ["d"]);
  });

  test("come again whole when they fail, or their answer is of others", async () => {
    const outcomes: readonly SummonsOutcome[] = [
      { kind: "failed", why: "it trapped" },
      { kind: "answered", status: 500 },
      { kind: "answered", status: 207, again: [{ message: 99 }] },
    ];
    for (const outcome of outcomes) {
      const on = await stage({ batch: 2, wait: "0s" });
      await sendAll(on, "ab");
      on.room(worker, 2);
      await on.settleAll();
      on.answer(worker, on.summons(), outcome);
      await on.settleAll();
      assert.deepEqual(await on.counts(), [0, 0, 2, 0, 0]);
    }
  });

  test("take a message with a last attempt alone: none dies of another", async () => {
    const on = await stage({ batch: 3, wait: "0s" }, { attempts: 3, "retry-delay": "1s" });
    await sendAll(on, "abp");
    const done = new Set<string>();
    for (let round = 0; round < 20; round++) {
      on.room(worker, 3);
      await on.settleAll(0.5 * second);
      for (const batch of on.summons()) {
        const [text = ""] = texts([batch]);
        const isPoisoned = text.includes("p");
        if (!isPoisoned) for (const one of text) done.add(one);
        on.answer(worker, [batch], isPoisoned ? { kind: "failed", why: "it trapped" } : ok);
      }
    }
    assert.deepEqual([...done].toSorted(), ["a", "b"]);
    assert.deepEqual(await on.counts(), [0, 0, 0, 0, 1]);
  });

  test("have a mebibyte at most, but for one message that has more", async () => {
    const on = await stage({ batch: 10, wait: "0s" }, { "message-bytes": "900KiB" });
    for (const size of [400, 400, 400, 800, 10]) await on.send("x".repeat(size * 1024));
    on.room(worker, 10);
    await on.settleAll();
    const sizes = on.summons().map((batch) => written(batch).length);
    assert.deepEqual(sizes, [2, 1, 2]);
  });

  test("keep within the messages that a process has at once", async () => {
    const on = await stage({ batch: 4, wait: "0s", "at-once": 6 });
    await sendAll(on, "abcdefgh");
    on.room(worker, 5);
    await on.settleAll();
    const first = on.summons();
    assert.deepEqual(texts(first), ["abcd", "ef"]);
    on.answer(worker, first, ok);
    await on.settleAll();
    assert.deepEqual(texts(on.summons()), ["gh"]);
  });
});
