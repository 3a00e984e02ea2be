import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SimulatedLogDisk } from "#adapters/sim/store";
import { PlatformError } from "#core/sys";
import {
  defaultQueueLimits,
  type Delivery,
  type Outgoing,
  Queue,
  type QueueLimits,
} from "./mod.ts";
import { queueLimits, refusalProblem } from "./mod.ts";

const many = { messages: 1000 };

const textOf = ({ content }: { readonly content: Uint8Array | undefined }): string =>
  content === undefined ? "lost" : Buffer.from(content).toString();

const message = (text: string, more: Omit<Outgoing, "content"> = {}): Outgoing => ({
  content: Buffer.from(text),
  ...more,
});

/** A queue on a simulated disk that makes everything durable at once. */
class Scene {
  readonly disk = new SimulatedLogDisk({ isPrompt: true });
  readonly limits: QueueLimits;

  constructor(limits: Partial<QueueLimits> = {}) {
    this.limits = { ...defaultQueueLimits, "retry-delay": 1000, ...limits };
  }

  open(): Promise<Queue> {
    const host = { logs: this.disk.open(), chance: () => 0, checkpointBytesMin: 200 };
    return Queue.open("jobs", this.limits, host);
  }

  static async with(
    limits: Partial<QueueLimits>,
    ...messages: readonly Outgoing[]
  ): Promise<{ readonly scene: Scene; readonly queue: Queue }> {
    const scene = new Scene(limits);
    const queue = await scene.open();
    assert.ok(Array.isArray(await queue.send(messages, 0)));
    return { scene, queue };
  }
}

async function receiveTexts(queue: Queue, nowMs: number): Promise<readonly string[]> {
  return (await queue.receive(many, nowMs)).map(textOf);
}

async function receiveOne(queue: Queue, nowMs: number): Promise<Delivery> {
  const [delivery] = await queue.receive({ messages: 1 }, nowMs);
  assert.ok(delivery !== undefined, "there is a message");
  return delivery;
}

suite("a queue", () => {
  test("hands a message out once, and not any more when it is acknowledged", async () => {
    const { scene, queue } = await Scene.with({}, message("a"), message("b"));
    const [a] = await queue.receive({ messages: 1 }, 5);
    assert.ok(a !== undefined);
    assert.deepEqual([textOf(a), a.attempts, a.sentAtMs, a.leasedUntilMs], ["a", 1, 0, 30_005]);
    assert.deepEqual(await queue.acknowledge([a]), [true]);
    assert.deepEqual(await queue.acknowledge([a]), [false]);
    assert.deepEqual(await receiveTexts(await scene.open(), 5), ["b"]);
    assert.deepEqual(await receiveTexts(await scene.open(), 1e9), ["b"]);
  });

  test("hands a message out again when its lease is over, to whom it belongs then", async () => {
    const { queue } = await Scene.with({}, message("a"));
    const first = await receiveOne(queue, 0);
    assert.deepEqual(await receiveTexts(queue, 29_999), []);
    assert.equal(await queue.nextAtMs(), 30_000);
    const second = await receiveOne(queue, 30_000);
    assert.equal(second.attempts, 2);
    assert.deepEqual(await queue.acknowledge([first]), [false]);
    assert.deepEqual(await queue.extend([first], 30_000), [false]);
    assert.deepEqual(await queue.acknowledge([second]), [true]);
  });

  test("takes an acknowledgement that is late, as long as nobody else was given it", async () => {
    const { queue } = await Scene.with({}, message("a"));
    const delivery = await receiveOne(queue, 0);
    await queue.upkeep(40_000);
    assert.equal((await queue.counts(40_000)).ready, 1);
    assert.deepEqual(await queue.acknowledge([delivery]), [true]);
    assert.deepEqual(await receiveTexts(queue, 50_000), []);
  });

  test("has a lease end later when it is extended, also for the next daemon", async () => {
    const { scene, queue } = await Scene.with({}, message("a"));
    const delivery = await receiveOne(queue, 0);
    assert.deepEqual(await queue.extend([delivery], 20_000, 60_000), [true]);
    const next = await scene.open();
    assert.deepEqual(await receiveTexts(next, 79_999), []);
    assert.deepEqual(await receiveTexts(next, 80_000), ["a"]);
  });

  test("has what is given back pause, longer each time, and be dead after the last", async () => {
    const { scene, queue } = await Scene.with({ attempts: 3 }, message("a"));
    let nowMs = 0;
    for (const pauseMs of [500, 1000]) {
      assert.deepEqual(await queue.giveBack([await receiveOne(queue, nowMs)], nowMs), [true]);
      assert.deepEqual(await receiveTexts(queue, nowMs + pauseMs - 1), []);
      nowMs += pauseMs;
    }
    await queue.giveBack([await receiveOne(queue, nowMs)], nowMs);
    const [dead] = await (await scene.open()).peek({ standing: "dead", most: 9 }, nowMs);
    assert.deepEqual(dead?.stage, { kind: "dead", sinceMs: 1500, cause: "failed" });
    assert.deepEqual(await receiveTexts(queue, 1e9), []);
  });

  test("takes the pause that the consumer asks for", async () => {
    const { queue } = await Scene.with({}, message("a"));
    await queue.giveBack([await receiveOne(queue, 0)], 0, 7);
    assert.equal(await queue.nextAtMs(), 7);
    assert.deepEqual(await receiveTexts(queue, 7), ["a"]);
  });

  test("has a message that nobody ever acknowledges be dead in the end", async () => {
    const { queue } = await Scene.with({ attempts: 2, lease: 10 }, message("a"));
    await receiveOne(queue, 0);
    await receiveOne(queue, 10);
    await queue.expire(20);
    const [dead] = await queue.peek({ standing: "dead", most: 9 }, 20);
    assert.deepEqual(dead?.stage, { kind: "dead", sinceMs: 20, cause: "expired" });
  });

  test("keeps the order of each key through retries and crashes", async () => {
    const keyed = ["a1", "b1", "a2", "b2"].map((text) => message(text, { key: text[0] }));
    const { scene, queue } = await Scene.with({}, ...keyed);
    const [a1, b1] = await queue.receive(many, 0);
    assert.ok(a1 !== undefined && b1 !== undefined);
    assert.deepEqual([a1, b1].map(textOf), ["a1", "b1"]);
    await queue.acknowledge([b1]);
    await queue.giveBack([a1], 0, 100);
    const next = await scene.open();
    assert.deepEqual(await receiveTexts(next, 50), ["b2"]);
    assert.equal((await next.counts(50)).held, 1);
    assert.deepEqual(await receiveTexts(next, 100), ["a1"]);
  });

  test("hands out a delayed message when its time has come", async () => {
    const { queue } = await Scene.with({}, message("late", { delayMs: 50 }), message("now"));
    assert.deepEqual(await receiveTexts(queue, 0), ["now"]);
    assert.deepEqual(await receiveTexts(queue, 49), []);
    assert.deepEqual(await receiveTexts(queue, 50), ["late"]);
  });
});

suite("the bounds of a queue", () => {
  test("have each a default that it may have", () => {
    for (const [name, { default: usual, min, max }] of Object.entries(queueLimits)) {
      assert.ok(min <= usual && usual <= max, name);
    }
  });

  test("refuse a message that is too large or too far off, and too many at once", async () => {
    const { queue } = await Scene.with({ "message-bytes": 4, batch: 2, delay: 10 });
    const refused = async (...messages: readonly Outgoing[]): Promise<string> => {
      const refusal = await queue.send(messages, 0);
      assert.ok("code" in refusal);
      const problem = refusalProblem("jobs", refusal);
      assert.equal(problem.code, "MESSAGE_REFUSED");
      return problem.message;
    };
    const start = 'cannot send to queue "jobs": its';
    assert.equal(
      await refused(message("abc", { key: "éé" })),
      `${start} message-bytes would be 7 B, and may be 4 B`,
    );
    const three = ["a", "b", "c"].map((text) => message(text));
    assert.equal(await refused(...three), `${start} batch would be 3, and may be 2`);
    assert.equal(
      await refused(message("a", { delayMs: 11 })),
      `${start} delay would be 11 ms, and may be 10 ms`,
    );
    assert.deepEqual(await queue.send([message("abcd")], 0), [1]);
  });

  test("refuse all of a batch that does not fit, with what is on its way", async () => {
    const { queue } = await Scene.with({ messages: 3, bytes: 10 }, message("a"));
    const two = [message("b"), message("c")];
    const [first, second] = await Promise.all([queue.send(two, 0), queue.send([message("d")], 0)]);
    assert.deepEqual(first, [2, 3]);
    assert.deepEqual(second, { code: "QUEUE_FULL", limit: "messages", wanted: 4, most: 3 });
    await queue.acknowledge([await receiveOne(queue, 0)]);
    const large = await queue.send([message("123456789")], 0);
    assert.ok("code" in large && large.limit === "bytes");
    assert.match(refusalProblem("jobs", large).hint, /acknowledged/);
    assert.deepEqual(await queue.send([message("12345678")], 0), [4]);
  });
});

suite("an operator's hand on a queue", () => {
  test("knows queues by their names, and one that is removed begins anew", async () => {
    const { scene, queue } = await Scene.with({}, message("a"));
    await receiveOne(queue, 0);
    const logs = scene.disk.open();
    assert.deepEqual(await Queue.names(logs), ["jobs"]);
    await Queue.remove("jobs", logs);
    assert.deepEqual(await Queue.names(logs), []);
    const again = await scene.open();
    assert.deepEqual(await again.send([message("b")], 0), [1]);
    assert.deepEqual(await receiveTexts(again, 0), ["b"]);
  });

  test("sees how many messages stand where, and since when", async () => {
    const { queue } = await Scene.with({ attempts: 1 }, message("dead"), message("leased"));
    await queue.giveBack([await receiveOne(queue, 1)], 1);
    await receiveOne(queue, 1);
    await queue.send([message("x", { key: "k" }), message("y", { key: "k" })], 3);
    await queue.send([message("z", { delayMs: 100 })], 4);
    assert.deepEqual(await queue.counts(50), {
      ready: 1,
      held: 1,
      delayed: 1,
      leased: 1,
      dead: 1,
      sizeBytes: 15,
      oldestReadySentAtMs: 3,
    });
    const seen = await queue.peek({ standing: "ready", most: 1 }, 50);
    assert.deepEqual(seen.map(textOf), ["x"]);
    const later = await queue.peek({ standing: "ready", from: 4, most: 9 }, 50);
    assert.deepEqual(later.map(textOf), ["y"]);
  });

  test("redrives dead messages, which have all their attempts again", async () => {
    const { queue } = await Scene.with({ attempts: 1 }, message("a"), message("b"));
    await queue.reject(await queue.receive(many, 0), 0);
    assert.equal((await queue.counts(0)).dead, 2);
    assert.equal(await queue.redrive([2, 99], 5), 1);
    const again = await receiveOne(queue, 5);
    assert.deepEqual([textOf(again), again.attempts, again.deliveries], ["b", 1, 2]);
    assert.equal(await queue.redrive(undefined, 5), 1);
  });

  test("purges what stands in one way, or all", async () => {
    const { scene, queue } = await Scene.with({}, message("a"), message("b", { delayMs: 50 }));
    assert.equal(await queue.purge("delayed", 0), 1);
    assert.equal(await queue.purge("dead", 0), 0);
    const next = await scene.open();
    assert.deepEqual(await receiveTexts(next, 100), ["a"]);
    assert.equal(await next.purge("all", 100), 1);
    assert.equal((await next.counts(100)).sizeBytes, 0);
  });

  test("replays what is done with, once, and not what is still to come", async () => {
    const texts = ["a", "b", "c", "d"];
    const { queue } = await Scene.with({ attempts: 1 }, ...texts.map((text) => message(text)));
    const [a, b, c] = await queue.receive({ messages: 3 }, 0);
    assert.ok(a !== undefined && b !== undefined && c !== undefined);
    await queue.acknowledge([a, b]);
    await queue.reject([c], 0);
    assert.deepEqual(await queue.replay({ from: 2 }, 9), { count: 1 });
    assert.deepEqual(await receiveTexts(queue, 9), ["d", "b"]);
    assert.deepEqual(await queue.replay({ from: 1, to: 3 }, 9), { count: 2 });
    const again = await queue.receive(many, 9);
    assert.deepEqual(again.map(textOf), ["a", "b"]);
    await queue.acknowledge(again);
    // Neither what was replayed from there on, nor what stands for another one.
    assert.deepEqual(await queue.replay({ from: 1 }, 9), { count: 2 });
  });

  test("is told how far a replay came when the queue is full", async () => {
    const { queue } = await Scene.with({ messages: 2 }, message("a"), message("b"));
    await queue.acknowledge(await queue.receive(many, 0));
    await queue.send([message("c")], 0);
    const { count, refusal } = await queue.replay({ from: 1 }, 0);
    assert.deepEqual([count, refusal?.code], [0, "QUEUE_FULL"]);
  });
});

suite("what a queue keeps", () => {
  const kept = { kept: 1000, "kept-messages": 100, "dead-kept": 5000 };

  async function handle(queue: Queue, count: number, nowMs: number): Promise<void> {
    await queue.send(
      Array.from({ length: count }, (_, index) => message(`m${index}`)),
      nowMs,
    );
    await queue.acknowledge(await queue.receive(many, nowMs));
  }

  async function firstKept(queue: Queue): Promise<number> {
    try {
      await queue.replay({ from: 0 }, 0);
    } catch (error) {
      assert.ok(error instanceof PlatformError && error.code === "POSITION_UNKNOWN");
      return Number(/first that is kept is (\d+)$/.exec(error.message)?.[1]);
    }
    throw new Error("nothing stands before the first message");
  }

  test("are messages of a time and a number, for replay, and no others", async () => {
    const { scene, queue } = await Scene.with(kept);
    await handle(queue, 50, 0);
    await handle(queue, 50, 600);
    await queue.upkeep(900);
    await queue.upkeep(1000);
    assert.equal(await firstKept(queue), 51);
    await handle(queue, 90, 1100);
    await queue.upkeep(1100);
    await queue.upkeep(1100);
    assert.equal(await firstKept(await scene.open()), 91);
  });

  test("are messages that wait, which keep no others on the disk", async () => {
    const { scene, queue } = await Scene.with(kept, message("late", { delayMs: 1e6, key: "k" }));
    await queue.send([message("behind", { key: "k" })], 0);
    for (let nowMs = 0; nowMs < 20_000; nowMs += 1000) {
      await handle(queue, 50, nowMs);
      await queue.upkeep(nowMs);
    }
    assert.ok((await firstKept(queue)) > 800, String(await firstKept(queue)));
    const next = await scene.open();
    const late = await receiveOne(next, 1e6);
    assert.deepEqual([textOf(late), late.id, late.sentAtMs], ["late", 1, 0]);
    await next.acknowledge([late]);
    assert.deepEqual(await receiveTexts(next, 1e6), ["behind"]);
  });

  test("are dead messages for a time", async () => {
    const { queue } = await Scene.with({ ...kept, attempts: 1 }, message("a"));
    await queue.reject(await queue.receive(many, 0), 0);
    await queue.upkeep(4999);
    assert.equal((await queue.counts(4999)).dead, 1);
    await queue.upkeep(5000);
    assert.equal((await queue.counts(5000)).dead, 0);
  });

  test("is read again fast, however much has happened", async () => {
    const { scene, queue } = await Scene.with(kept);
    for (let round = 0; round < 100; round++) {
      await handle(queue, 20, round);
      await queue.upkeep(round);
    }
    const moves = await scene.disk.open().open("jobs/moves");
    const entries = await moves.read(0, { entries: 1e6, bytes: 1e9 });
    assert.ok(entries.length < 20, `${entries.length} entries`);
  });
});

suite("a queue whose disk is full", () => {
  test("rejects what it cannot write, and goes on with what was written", async () => {
    const { scene, queue } = await Scene.with({}, message("a"), message("b"));
    const delivery = await receiveOne(queue, 0);
    scene.disk.isFull = true;
    const full = { code: "STATE_NOT_WRITABLE" };
    await assert.rejects(queue.acknowledge([delivery]), full);
    await assert.rejects(queue.send([message("c")], 0), full);
    await assert.rejects(queue.receive(many, 0), full);
    assert.equal((await queue.counts(0)).leased, 1);
    scene.disk.isFull = false;
    assert.deepEqual(await receiveTexts(queue, 0), ["b"]);
    assert.deepEqual(await queue.acknowledge([delivery]), [true]);
    assert.deepEqual(await queue.send([message("c")], 0), [3]);
  });

  test("says so when somebody else has written to it", async () => {
    const { scene, queue } = await Scene.with({}, message("a"));
    const other = await scene.open();
    await other.send([message("b")], 0);
    await assert.rejects(queue.send([message("c")], 0), { code: "STATE_IN_USE" });
  });
});

suite("messages that nobody looked at", () => {
  test("are released, and that counts as no attempt", async () => {
    const { queue } = await Scene.with({ attempts: 1 }, message("a"));
    for (let round = 1; round <= 3; round++) {
      const delivery = await receiveOne(queue, 0);
      assert.deepEqual([delivery.attempts, delivery.deliveries], [1, round]);
      assert.deepEqual(await queue.release([delivery], 0), [true]);
      assert.deepEqual(await queue.release([delivery], 0), [false]);
    }
    const [delivery] = await queue.receive(many, 0);
    assert.ok(delivery !== undefined);
    await queue.release([delivery], 0, 500);
    assert.deepEqual(await receiveTexts(queue, 499), []);
    assert.deepEqual(await receiveTexts(queue, 500), ["a"]);
  });

  test("are so still when the queue is opened anew, and first of their key", async () => {
    const ofKey = { key: "k" };
    const { scene, queue } = await Scene.with({}, message("a", ofKey), message("b", ofKey));
    await queue.release([await receiveOne(queue, 0)], 0);
    const again = await receiveOne(await scene.open(), 0);
    assert.deepEqual([textOf(again), again.attempts, again.deliveries], ["a", 1, 2]);
  });
});

suite("a queue whose consumers are gone", () => {
  test("has all they had given back, or dead after the last attempt, and says which", async () => {
    const scene = new Scene({ attempts: 2 });
    const died: unknown[] = [];
    const open = (): Promise<Queue> => {
      const host = { logs: scene.disk.open(), chance: () => 0 };
      const tell = (...what: readonly unknown[]): void => void died.push(what);
      return Queue.open("jobs", scene.limits, { ...host, died: tell });
    };
    const queue = await open();
    await queue.send([message("a"), message("b")], 0);
    await queue.giveBack([await receiveOne(queue, 0)], 0, 0);
    await queue.receive(many, 0);
    const next = await open();
    await next.recall(10);
    assert.deepEqual(died, [[[1], "failed"]]);
    const { leased, dead, delayed } = await next.counts(10);
    assert.deepEqual([leased, dead, delayed], [0, 1, 1]);
  });
});
