import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, suite, test } from "node:test";
import { openLogs, repairLogs } from "#adapters/sqlite/log";
import type { Logs } from "#pool/host";
import { defaultQueueLimits, Queue } from "#pool/queue";

const folder = mkdtempSync(join(tmpdir(), "noos-queue-"));
let child: ChildProcess | undefined;
after(() => {
  child?.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

/** Notes what a writer says, and kills it some time after so many lines. */
async function killAfter(lines: number, sent: Set<number>, done: Set<number>): Promise<void> {
  const writer = join(import.meta.dirname, "queue-writer.ts");
  child = spawn(process.execPath, [writer, folder], { stdio: ["ignore", "pipe", "inherit"] });
  assert.ok(child.stdout);
  let heard = 0;
  for await (const line of createInterface(child.stdout)) {
    const [word, id] = line.split(" ");
    (word === "sent" ? sent : done).add(Number(id));
    heard += 1;
    if (heard === lines) setTimeout(() => child?.kill("SIGKILL"), Math.random() * 8);
  }
}

/** All that is in the queue, whatever it stands as; each must have its content. */
async function idsIn(): Promise<ReadonlySet<number>> {
  const logs = openLogs(join(folder, "logs.db"));
  const queue = await Queue.open("jobs", defaultQueueLimits, { logs, chance: () => 0 });
  const standings = ["ready", "delayed", "leased", "dead"] as const;
  const ids = new Set<number>();
  for (const standing of standings) {
    for (const { id, content } of await queue.peek({ standing, most: 1e6 }, Date.now())) {
      assert.ok([10, 3000, 40_000].includes(content?.length ?? 0), `message ${id}`);
      ids.add(id);
    }
  }
  await logs.close();
  return ids;
}

suite("a queue in SQLite", () => {
  test("has what was sent, and nothing that was acknowledged, after each of 12 kills", async () => {
    const sent = new Set<number>();
    const done = new Set<number>();
    for (let round = 0; round < 12; round++) {
      await killAfter(20 + round * 7, sent, done);
      const there = await idsIn();
      assert.deepEqual([...done.intersection(there)], [], "what was acknowledged is gone");
      // Of each writer, what it had in hand may be acknowledged, and it killed before it said so.
      const missing = sent.difference(there).difference(done);
      assert.ok(missing.size <= 4 * (round + 1), `${missing.size} messages are missing`);
    }
    assert.ok(done.size > 100, `${done.size} messages were acknowledged`);
  });

  test("says that it is damaged, and hands out what a repair could save", async () => {
    const path = join(folder, "damaged.db");
    const open = async (): Promise<{ readonly logs: Logs; readonly queue: Queue }> => {
      const logs = openLogs(path);
      try {
        const host = { logs, chance: () => 0 };
        return { logs, queue: await Queue.open("jobs", defaultQueueLimits, host) };
      } catch (error) {
        await logs.close();
        throw error;
      }
    };
    const first = await open();
    for (const text of ["first", "needle", "third"]) {
      await first.queue.send([{ content: Buffer.from(text.repeat(9)) }], 0);
    }
    await first.logs.close();
    const bytes = readFileSync(path);
    bytes[bytes.indexOf("needleneedle") + 3] = 0x20;
    writeFileSync(path, bytes);
    await assert.rejects(open(), { code: "STATE_DAMAGED" });
    assert.equal(repairLogs(path).lostCount, 1);
    const { logs, queue } = await open();
    const deliveries = await queue.receive({ messages: 9 }, 0);
    assert.deepEqual(
      deliveries.map(({ id, content }) => [id, Buffer.from(content).toString()]),
      [
        [1, "first".repeat(9)],
        [3, "third".repeat(9)],
      ],
    );
    assert.deepEqual(await queue.send([{ content: Buffer.from("fourth") }], 0), [4]);
    await logs.close();
  });
});
