import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import type { Client, EventView, QueueView } from "#app/client";
import { call, type ServingDaemon, upServing } from "./callers.ts";
import { deploy, until } from "./daemon.ts";

/** A message as its worker wrote it down. */
interface Done {
  readonly id: number;
  readonly attempt: string;
  readonly key: string;
  readonly body: string;
}

/** A folder that a worker writes what it did into, and what is in it. */
class Book {
  readonly folder = mkdtempSync(join(tmpdir(), "noos-book-"));

  constructor(context: TestContext) {
    context.after(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  get done(): readonly Done[] {
    return this.#lines.flatMap((line) => {
      const [, id = "", attempt = "", key = "", ...words] = line.split(" ");
      const body = words.join(" ");
      return id === "-" ? messagesOf(body) : [{ id: Number(id), attempt, key, body }];
    });
  }

  get #lines(): readonly string[] {
    try {
      const text = readFileSync(join(this.folder, "done"), "utf8");
      return text.split("\n").filter((line) => line !== "");
    } catch {
      // Nothing was done yet.
      return [];
    }
  }

  /** How many messages came together, of those that came in batches. */
  get batches(): readonly number[] {
    return this.#lines
      .filter((line) => line.startsWith("jobs - "))
      .map((line) => messagesOf(line.slice(line.indexOf("{"))).length);
  }

  /** An app with a web, which sends, and a worker. */
  app(queue: string, worker = "consume: jobs"): string {
    const files = `uses: { files: ["${this.folder}::/out"] }`;
    return [
      "app: a",
      `queues: { jobs: { ${queue} } }`,
      "processes:",
      `  web: { image: http/sender, serve: /, uses: { call: [jobs] } }`,
      `  worker: { image: http/worker, ${worker}, ${files} }`,
      "",
    ].join("\n");
  }
}

/** A batch, of which the worker writes down all that it says. */
function messagesOf(batch: string): readonly Done[] {
  const { messages } = JSON.parse(batch) as {
    readonly messages: readonly (Pick<Done, "id" | "body"> & { readonly attempt: number })[];
  };
  return messages.map(({ id, attempt, body }) => ({ id, attempt: `${attempt}`, key: "-", body }));
}

async function jobs(client: Client): Promise<QueueView> {
  const [view] = await client.queues("a");
  assert.ok(view !== undefined);
  return view;
}

/** Nothing is to be done any more. */
async function isEmpty(client: Client): Promise<boolean> {
  const { ready, held, delayed, leased } = await jobs(client);
  return ready + held + delayed + leased === 0;
}

async function kept(client: Client, kind: EventView["kind"]): Promise<readonly EventView[]> {
  const found: EventView[] = [];
  const last = await client.position();
  for await (const event of client.events({ after: "oldest" })) {
    if (event.kind === kind) found.push(event);
    if (event.position === last) break;
  }
  return found;
}

/** Sends a message over HTTP and a process; its number where it was kept. */
async function sent(daemon: ServingDaemon, body: string, key = ""): Promise<number | undefined> {
  const answer = await call(daemon.port, `/${key}`, { body }).catch(() => undefined);
  return answer?.status === 202 ? Number(answer.text.split(" ")[1]) : undefined;
}

/** Sends many, so many at a time, each until it is kept; the numbers of those that were. */
async function sendMany(
  daemon: () => ServingDaemon,
  bodies: readonly string[],
  atOnce: number,
): Promise<ReadonlySet<number>> {
  const ids = new Set<number>();
  const rest = [...bodies];
  const sender = async (): Promise<void> => {
    for (let body = rest.shift(); body !== undefined; body = rest.shift()) {
      const id = await sent(daemon(), body);
      if (id !== undefined) ids.add(id);
      else {
        rest.push(body);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sender));
  return ids;
}

async function killExecutors(daemon: ServingDaemon): Promise<void> {
  for (const pid of await daemon.executorPids()) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      // The one killed before may still be told of, and be gone.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

const numbered = (word: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${word} ${index}`);

suite("torture: messages", () => {
  test("sent by one process are done by another, which comes for them and goes", async (t) => {
    const book = new Book(t);
    const daemon = await upServing(t);
    const worker = "consume: jobs, serve: { instances: 0..3, idle: 300ms }";
    await deploy(daemon.client, book.app("lease: 10s", worker));
    const ids = await sendMany(() => daemon, numbered("ok", 200), 20);
    assert.equal(ids.size, 200);
    await until(() => isEmpty(daemon.client));
    const { done } = book;
    assert.deepEqual(new Set(done.map(({ id }) => id)), ids);
    assert.equal(done.length, 200);
    assert.ok(done.every(({ attempt }) => attempt === "1"));
    await until(async () => {
      const view = (await daemon.client.processes("a")).find(({ path }) => path === "a/worker");
      return view?.serving?.ready === 0;
    });
    await daemon.end();
  });

  test("that wait long have as many workers as may be", async (t) => {
    const book = new Book(t);
    const daemon = await upServing(t);
    const worker = "consume: jobs, serve: { instances: 0..4, idle: 200ms }";
    await deploy(daemon.client, book.app("lease: 10s", worker));
    let most = 0;
    await sendMany(() => daemon, numbered("slow", 60), 10);
    await until(async () => {
      const view = (await daemon.client.processes("a")).find(({ path }) => path === "a/worker");
      most = Math.max(most, view?.serving?.ready ?? 0);
      return isEmpty(daemon.client);
    });
    assert.equal(most, 4);
    assert.equal(book.done.length, 60);
    await daemon.end();
  });

  test("of one key are done in their order, one at a time", async (t) => {
    const book = new Book(t);
    const daemon = await upServing(t);
    const worker = "consume: jobs, serve: { instances: 0..4 }";
    await deploy(daemon.client, book.app("lease: 10s, retry-delay: 50ms", worker));
    for (let index = 0; index < 30; index++) {
      for (const key of ["x", "y"]) assert.ok(await sent(daemon, `ok ${index}`, key));
    }
    await until(() => isEmpty(daemon.client));
    for (const key of ["x", "y"]) {
      const bodies = book.done.filter((one) => one.key === key).map(({ body }) => body);
      assert.deepEqual(bodies, numbered("ok", 30));
    }
    await daemon.end();
  });

  test("that always fail are dead and told, and hold up nobody", async (t) => {
    const book = new Book(t);
    const daemon = await upServing(t);
    await deploy(daemon.client, book.app("lease: 1s, attempts: 2, retry-delay: 20ms"));
    const bad = [
      await sent(daemon, "fail"),
      await sent(daemon, "trap"),
      await sent(daemon, "hang"),
    ];
    const good = await sendMany(() => daemon, numbered("ok", 20), 5);
    await until(() => isEmpty(daemon.client));
    assert.deepEqual(new Set(book.done.map(({ id }) => id)), good);
    const dead = await daemon.client.messages("a", "jobs", { standing: "dead", most: 10 });
    assert.deepEqual(
      dead.map(({ id, attempts, cause }) => [id, attempts, cause]),
      bad.map((id) => [id, 2, "failed"]),
    );
    const told = (await kept(daemon.client, "message-died")).map(({ text }) => text);
    assert.equal(told.length, 3, told.join("\n"));
    assert.equal(await daemon.client.purge("a", "jobs", "dead"), 3);
    await daemon.end();
  });
});

suite("torture: ends in the middle of messages", () => {
  test("an executor that is killed loses none of them", async (t) => {
    const book = new Book(t);
    const daemon = await upServing(t);
    const worker = "consume: jobs, serve: { instances: 1..3 }";
    await deploy(daemon.client, book.app("lease: 10s, retry-delay: 20ms, attempts: 50", worker));
    const sending = sendMany(() => daemon, numbered("ok", 300), 8);
    for (let kill = 0; kill < 3; kill++) {
      await until(() => book.done.length > 40 * (kill + 1));
      await killExecutors(daemon);
    }
    const ids = await sending;
    await until(() => isEmpty(daemon.client));
    const done = new Set(book.done.map(({ id }) => id));
    assert.deepEqual(
      [...ids].filter((id) => !done.has(id)),
      [],
    );
    assert.equal((await jobs(daemon.client)).dead, 0);
    await daemon.end();
  });

  test("executors and a daemon that are killed lose none that came in batches", async (t) => {
    const book = new Book(t);
    let daemon = await upServing(t);
    const { dataFolder: data, port } = daemon;
    const worker = "consume: { queue: jobs, batch: 8, wait: 20ms }, serve: { instances: 1..3 }";
    await deploy(daemon.client, book.app("lease: 10s, retry-delay: 20ms, attempts: 50", worker));
    const sending = sendMany(() => daemon, numbered("ok", 300), 16);
    for (let kill = 0; kill < 4; kill++) {
      await until(() => book.done.length > 40 * (kill + 1));
      if (kill % 2 === 0) await killExecutors(daemon);
      else {
        await daemon.kill();
        daemon = await upServing(t, { data, port });
      }
    }
    const ids = await sending;
    await until(() => isEmpty(daemon.client));
    const done = new Set(book.done.map(({ id }) => id));
    assert.deepEqual(
      [...ids].filter((id) => !done.has(id)),
      [],
    );
    assert.equal((await jobs(daemon.client)).dead, 0);
    assert.ok(
      book.batches.some((size) => size > 1),
      book.batches.join(),
    );
    assert.ok(
      book.batches.every((size) => size <= 8),
      book.batches.join(),
    );
    await daemon.end();
  });

  test("a daemon that is killed loses none, and repeats only what was out", async (t) => {
    const book = new Book(t);
    let daemon = await upServing(t);
    const { dataFolder: data, port } = daemon;
    const worker = "consume: { queue: jobs, at-once: 20 }, serve: { instances: 1..3 }";
    await deploy(daemon.client, book.app("lease: 10s, retry-delay: 20ms, attempts: 50", worker));
    const sending = sendMany(() => daemon, numbered("ok", 300), 6);
    for (let kill = 0; kill < 3; kill++) {
      await until(() => book.done.length > 40 * (kill + 1));
      await daemon.kill();
      daemon = await upServing(t, { data, port });
    }
    const ids = await sending;
    await until(() => isEmpty(daemon.client));
    const { done } = book;
    const doneIds = new Set(done.map(({ id }) => id));
    assert.deepEqual(
      [...ids].filter((id) => !doneIds.has(id)),
      [],
    );
    // What is handed out next comes after what was acknowledged is on the disk.
    const again = done.length - doneIds.size;
    assert.ok(again <= 3 * 20, `${again} were done twice`);
    await daemon.end();
  });
});

suite("torture: schedules", () => {
  test("run what is due, and name what was missed while nobody was there", async (t) => {
    const book = new Book(t);
    const daemon = await upServing(t);
    await deploy(daemon.client, book.app("", "every: 1s"));
    await until(() => book.done.length >= 2);
    const { dataFolder: data } = daemon;
    await daemon.kill();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const next = await upServing(t, { data });
    const before = book.done.length;
    await until(() => book.done.length > before);
    const [missed] = await kept(next.client, "run-missed");
    assert.match(missed?.text ?? "", /^\d+ runs? of every 1s missed since .*: one run makes up/);
    const { schedules } = await next.client.status();
    assert.equal(schedules[0]?.lastEnd, "ok");
    await next.end();
  });
});
