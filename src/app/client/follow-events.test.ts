import assert from "node:assert/strict";
import { createConnection, createServer, type Server } from "node:net";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import fc from "fast-check";
import { PlatformError } from "#core/sys";
import type { EventView } from "#pool/api";
import { type ScriptedManagement, type Served, serveScripted } from "#test/management";
import { type Client, connect } from "./client.ts";
import { EventBlocks } from "./event-blocks.ts";

/** The next `count` events' texts. */
async function take(events: AsyncGenerator<EventView, void>, count: number): Promise<string[]> {
  const texts: string[] = [];
  while (texts.length < count) {
    const { value } = await events.next();
    assert.ok(value, "the stream goes on");
    texts.push(value.text ?? "");
  }
  return texts;
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${index + 1}`);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

/** Passes connections on to `to`, and cuts each after so many bytes of answers as come next. */
async function cutting(context: TestContext, served: Served, cuts: number[]): Promise<Client> {
  const path = join(served.folder, `cut-${Math.random()}.sock`);
  const proxy: Server = createServer((inner) => {
    const outer = createConnection({ path: served.path });
    let left = cuts.shift() ?? Infinity;
    inner.pipe(outer);
    outer.on("data", (chunk: Buffer) => {
      inner.write(chunk.subarray(0, left));
      left -= chunk.byteLength;
      if (left <= 0) outer.destroy();
    });
    outer.on("close", () => inner.end());
    for (const socket of [inner, outer]) socket.on("error", () => socket.destroy());
    inner.on("close", () => outer.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(path, resolve));
  context.after(() => proxy.close());
  return connect({ at: path });
}

/** Lets numbered events happen, a few in each turn of the loop. */
async function happen(management: ScriptedManagement, count: number, burst: number): Promise<void> {
  for (let number = 1; number <= count; number++) {
    management.happen(`${number}`);
    if (number % burst === 0) await new Promise(setImmediate);
  }
}

suite("a stream of events", () => {
  test("loses and doubles nothing, wherever its connections are cut", async (t) => {
    const cuts = fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 12 });
    const burst = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(cuts, burst, fc.boolean(), async (points, size, fromStart) => {
        const served = await serveScripted(t);
        const { management } = served;
        // The first connection has to come to stand, or there is no daemon as yet.
        const client = await cutting(t, served, [4000, ...points]);
        const events = client.events(fromStart ? { after: "oldest" } : {});
        const texts = take(events, 100);
        if (!fromStart) await until(() => management.followers > 0);
        await happen(management, 100, size);
        assert.deepEqual(await texts, numbers(100));
        await events.return();
        await served.server.close();
      }),
      { numRuns: 40 },
    );
  });

  test("begins with what happens from now on, or with the oldest", async (t) => {
    const { at, management } = await serveScripted(t);
    await happen(management, 3, 1);
    for (const [after, texts] of [
      ["oldest", numbers(3)],
      ["2", ["3"]],
    ] as const) {
      const past = connect({ at }).events({ after });
      assert.deepEqual(await take(past, texts.length), texts);
      await past.return();
    }
    await until(() => management.followers === 0);
    const events = connect({ at }).events();
    const next = take(events, 1);
    await until(() => management.followers > 0);
    management.happen("4");
    assert.deepEqual(await next, ["4"]);
    await events.return();
  });

  test("ends with the newest where it is not to go on", async (t) => {
    const { at, management } = await serveScripted(t);
    await happen(management, 500, 500);
    const events = connect({ at }).events({ after: "oldest", follow: false });
    const texts = (await Array.fromAsync(events)).map(({ text }) => text);
    assert.deepEqual(texts, numbers(500));
    assert.deepEqual(await Array.fromAsync(connect({ at }).events({ follow: false })), []);
  });

  test("of a position that is unknown is refused, at the start and in the middle", async (t) => {
    const served = await serveScripted(t);
    const { management } = served;
    management.keptMax = 5;
    await happen(management, 10, 1);
    await assert.rejects(connect({ at: served.at }).events({ after: "2" }).next(), {
      code: "POSITION_UNKNOWN",
    });
    const client = await cutting(t, served, [600]);
    const events = client.events({ after: "9" });
    assert.deepEqual(await take(events, 1), ["10"]);
    const rest = take(events, 1000);
    // While nobody is connected, more happens than is kept.
    await until(() => management.followers > 0);
    for (let round = 0; round < 4; round++) management.happen("x".repeat(200));
    await until(() => management.followers === 0);
    for (let round = 0; round < 10; round++) management.happen("lost");
    await assert.rejects(rest, { code: "POSITION_UNKNOWN" });
  });

  test("ends when the reader stops, and when a signal says so", async (t) => {
    const { at, management } = await serveScripted(t);
    await happen(management, 1, 1);
    for await (const { text } of connect({ at }).events({ after: "oldest" })) {
      assert.equal(text, "1");
      break;
    }
    const aborting = new AbortController();
    const events = connect({ at }).events({ after: "oldest", signal: aborting.signal });
    assert.deepEqual(await take(events, 1), ["1"]);
    const end = events.next();
    aborting.abort();
    assert.deepEqual(await end, { value: undefined, done: true });
    await until(() => management.followers === 0);
  });

  test("gives up when no daemon comes back in time", async (t) => {
    const { at, management, server } = await serveScripted(t);
    await happen(management, 1, 1);
    const events = connect({ at }).events({ after: "oldest", reconnectMs: 1 });
    assert.deepEqual(await take(events, 1), ["1"]);
    await server.close();
    await assert.rejects(events.next(), { code: "DAEMON_UNREACHABLE" });
  });

  test("throws what a daemon refuses it with later, and no event is made of it", async (t) => {
    const served = await serveScripted(t);
    const client = await cutting(t, served, [600]);
    const events = client.events();
    const next = take(events, 10);
    await until(() => served.management.followers > 0);
    served.management.events = () => {
      throw new PlatformError("the disk is gone", { code: "STATE_DAMAGED", hint: "repair it" });
    };
    served.management.happen("1");
    await assert.rejects(next, { code: "STATE_DAMAGED", hint: "repair it" });
  });
});

suite("blocks of a stream", () => {
  const text =
    ": comment\n\nid: 1\n\nid: 2\r\ndata: a\ndata:b: ☃\r\n\r\nevent: problem\ndata\n\ndata: z\n";

  test("are the same wherever the bytes are cut", () => {
    const bytes = Buffer.from(text);
    const whole = new EventBlocks().read(bytes);
    assert.deepEqual(whole, [
      { id: "1", event: "message", data: "" },
      { id: "2", event: "message", data: "a\nb: ☃" },
    ]);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const blocks = new EventBlocks();
      const parts = [bytes.subarray(0, cut), bytes.subarray(cut)];
      assert.deepEqual(
        parts.flatMap((part) => blocks.read(part)),
        whole,
      );
    }
  });

  test("have no line without an end", () => {
    const blocks = new EventBlocks();
    assert.throws(() => {
      for (let round = 0; round < 20; round++) blocks.read(Buffer.alloc(100_000, "x"));
    }, RangeError);
  });
});
