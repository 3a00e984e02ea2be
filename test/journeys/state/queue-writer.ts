/**
 * A queue that is sent to and received from without end: `queue-writer.ts FOLDER`. Says `sent ID`
 * and `done ID` when that is durable, and ends only by being killed.
 */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { openLogs } from "#adapters/sqlite/log";
import { defaultQueueLimits, Queue } from "#pool/queue";

const [, , folder = ""] = process.argv;
const host = { logs: openLogs(join(folder, "logs.db")), chance: Math.random };
const limits = { ...defaultQueueLimits, "kept-messages": 50 };
const queue = await Queue.open("jobs", limits, { ...host, checkpointBytesMin: 2000 });

async function send(): Promise<void> {
  // From less than a page to some ten.
  const contents = [10, 3000, 40_000].map((length) => new Uint8Array(length).fill(0x6e));
  const ids = await queue.send(
    contents.map((content) => ({ content })),
    Date.now(),
  );
  if (Array.isArray(ids)) for (const id of ids) writeSync(1, `sent ${id}\n`);
}

async function handle(): Promise<void> {
  const deliveries = await queue.receive({ messages: 2 }, Date.now());
  const answers = await queue.acknowledge(deliveries);
  for (const [index, { id }] of deliveries.entries()) {
    if (answers[index] === true) writeSync(1, `done ${id}\n`);
  }
}

for (;;) await Promise.all([send(), handle(), send(), handle(), queue.upkeep(Date.now())]);
