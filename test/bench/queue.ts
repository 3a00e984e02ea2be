/**
 * A durable queue in SQLite: messages sent, and received and acknowledged, by many at once; against
 * rows inserted into a plain table of SQLite, each its own commit, and a hundred to a commit.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openLogs } from "#adapters/sqlite/log";
import { defaultQueueLimits, Queue } from "#pool/queue";
import { type Figure, formatNs, ratioFigure } from "#test/bench/statistics";
import { sendAnswer } from "./fresh-process.ts";
import { scratchFolder } from "./reference.ts";
import { compare, type Comparison, timeNs } from "#test/bench/statistics";

const messageCount = 2000;
/** How many ask at once, as requests that arrive together. */
const atOnce = 100;
const content = new Uint8Array(200).fill(0x6e);

const folder = scratchFolder();
const queue = await Queue.open(
  "jobs",
  { ...defaultQueueLimits, "kept-messages": 0 },
  { logs: openLogs(join(folder, "logs.db")), chance: () => 0 },
);

const plain = new DatabaseSync(join(folder, "plain.db"));
plain.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
plain.exec("CREATE TABLE rows (id INTEGER PRIMARY KEY, bytes BLOB)");
const insert = plain.prepare("INSERT INTO rows (bytes) VALUES (?)");

/** Nanoseconds for each of the messages. */
async function each(work: () => unknown): Promise<number> {
  return (await timeNs(work)) / messageCount;
}

/** Does it for all messages, so many at a time. */
async function together(deed: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < messageCount; done += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, deed));
  }
}

function insertRows(perCommit: number): void {
  for (let done = 0; done < messageCount; done += perCommit) {
    plain.exec("BEGIN IMMEDIATE");
    for (let row = 0; row < perCommit; row++) insert.run(content);
    plain.exec("COMMIT");
  }
}

async function sendAlone(): Promise<void> {
  const answer = await queue.send([{ content }], Date.now());
  if ("code" in answer) throw new Error(`refused: ${answer.limit}`);
}

async function receiveAlone(): Promise<void> {
  const deliveries = await queue.receive({ messages: 1 }, Date.now());
  const answers = await queue.acknowledge(deliveries);
  if (answers[0] !== true) throw new Error("there is nothing to acknowledge");
}

async function empty(): Promise<void> {
  await queue.purge("all", Date.now());
  await queue.upkeep(Date.now());
}

/** What it takes one after the other, where each waits for the disk alone. */
async function oneByOne(): Promise<Figure> {
  const comparison = await compare(
    {
      ours: () =>
        each(async () => {
          for (let sent = 0; sent < messageCount; sent++) await sendAlone();
        }),
      reference: () => each(() => insertRows(1)),
    },
    3,
  );
  await empty();
  return ratioFigure("a message sent, one by one", comparison, {
    asked: undefined,
    of: "a row and its commit",
  });
}

async function sending(): Promise<readonly Figure[]> {
  const comparison = await compare({
    ours: () => each(() => together(sendAlone)),
    reference: () => each(() => insertRows(atOnce)),
  });
  await empty();
  return figuresOf("a message sent, 100 at once", comparison);
}

async function receiving(): Promise<readonly Figure[]> {
  const comparison = await compare({
    ours: async () => {
      await together(sendAlone);
      return each(() => together(receiveAlone));
    },
    reference: () => each(() => insertRows(atOnce)),
  });
  await empty();
  return figuresOf("… received and acknowledged", comparison);
}

function figuresOf(name: string, comparison: Comparison): readonly Figure[] {
  const ratio = ratioFigure(name, comparison, {
    asked: undefined,
    of: "one of 100 rows in a commit",
  });
  const perSecond = Math.round(1e9 / comparison.ours.median);
  const note = `${formatNs(comparison.ours.median)} each, ${perSecond} a second`;
  // A thousand a second, at least.
  const { median, low, high, rounds } = comparison.ours;
  const ms = { median: median / 1e6, low: low / 1e6, high: high / 1e6, rounds };
  return [ratio, { name: `${name}: each`, unit: "ms", asked: 1, note, ...ms }];
}

sendAnswer([await oneByOne(), ...(await sending()), ...(await receiving())]);
