import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Life } from "#pool/host";
import type { SummonsOutcome } from "#pool/host/summons";
import { bodies, code, field, second, Stage, stageWith } from "#test/control";

const minute = 60 * second;
const ok: SummonsOutcome = { kind: "answered", status: 200 };
const bad: SummonsOutcome = { kind: "answered", status: 500 };

const app = { processes: { worker: { consume: "jobs" } } };

suite("control: messages of a queue", () => {
  test("go to who consumes it as it has room, and are acknowledged by 2xx", async () => {
    const stage = await stageWith(app);
    for (const body of ["a", "b", "c"]) await stage.send(body);
    await stage.settleAll();
    assert.deepEqual(stage.summons(), []);
    assert.deepEqual(
      stage.orders("backlog").map(({ backlog }) => backlog.readyCount > 0),
      [true],
    );
    stage.room("shop/worker", 2);
    await stage.settleAll();
    const first = stage.summons();
    assert.deepEqual(bodies(first), ["a", "b"]);
    assert.deepEqual(first[0]?.fields.slice(0, 3), ["noos-event", "queue", "noos-sent"]);
    assert.deepEqual(first[0]?.fields.slice(-6), [
      "noos-queue",
      "jobs",
      "noos-message",
      "1",
      "noos-attempt",
      "1",
    ]);
    assert.equal(first[0]?.withinNs, 30e9);
    stage.answer("shop/worker", first, ok);
    await stage.settleAll();
    assert.deepEqual(bodies(stage.summons()), ["c"]);
    assert.deepEqual(await stage.counts(), [0, 0, 0, 1, 0]);
    assert.deepEqual(stage.failures, []);
  });

  test("come again after a pause, and are dead after the last attempt, which is told", async () => {
    const stage = await stageWith({
      queues: { jobs: { attempts: 2, "retry-delay": "1s" } },
      ...app,
    });
    stage.room("shop/worker", 5);
    await stage.send("poison");
    await stage.settleAll();
    stage.answer("shop/worker", stage.summons(), bad);
    await stage.settleAll();
    assert.deepEqual(await stage.counts(), [0, 0, 1, 0, 0]);
    await stage.settleAll(second);
    const again = stage.summons();
    assert.equal(again[0] && field(again[0], "noos-attempt"), "2");
    stage.answer("shop/worker", again, { kind: "failed", why: "it trapped" });
    await stage.settleAll();
    assert.deepEqual(await stage.counts(), [0, 0, 0, 0, 1]);
    assert.deepEqual(stage.take(), [
      "message-died shop message 1 of queue jobs was not acknowledged in 2 attempts",
    ]);
    const range = { standing: "dead", most: 10 } as const;
    const [dead] = await stage.host.time.until(stage.control.messages("shop", "jobs", range));
    assert.deepEqual([dead?.id, dead?.cause, dead?.attempts], [1, "failed", 2]);
    assert.equal(await stage.host.time.until(stage.control.redrive("shop", "jobs")), 1);
    await stage.settleAll();
    assert.deepEqual(bodies(stage.summons()), ["poison"]);
  });

  test("come again when their answer says, and not before", async () => {
    const stage = await stageWith(app);
    stage.room("shop/worker", 1);
    await stage.send("a");
    await stage.settleAll();
    const later: SummonsOutcome = { kind: "answered", status: 503, retryAfterNs: 60e9 };
    stage.answer("shop/worker", stage.summons(), later);
    await stage.settleAll(59 * second);
    assert.deepEqual(stage.summons(), []);
    await stage.settleAll(2 * second);
    assert.deepEqual(bodies(stage.summons()), ["a"]);
  });

  test("that no instance had come again, and that is no attempt", async () => {
    const stage = await stageWith({ queues: { jobs: { attempts: 1 } }, ...app });
    stage.room("shop/worker", 1);
    await stage.send("a");
    for (let round = 0; round < 3; round++) {
      await stage.settleAll(0.2 * second);
      const summons = stage.summons();
      assert.deepEqual(bodies(summons), ["a"]);
      stage.answer("shop/worker", summons, { kind: "untouched", why: "nothing starts" });
      await stage.settleAll();
      assert.deepEqual(stage.summons(), []);
      stage.room("shop/worker", 1);
    }
    assert.deepEqual(stage.take(), []);
  });

  test("of one key are out one at a time, in their order", async () => {
    const stage = await stageWith(app);
    stage.room("shop/worker", 10);
    const key = { key: "k" };
    await stage.send("a", key);
    await stage.send("b", key);
    await stage.send("c");
    await stage.settleAll();
    const first = stage.summons();
    assert.deepEqual(bodies(first), ["a", "c"]);
    stage.answer("shop/worker", first, bad);
    await stage.settleAll(1.1 * second);
    assert.deepEqual(bodies(stage.summons()), ["a", "c"]);
    assert.deepEqual((await stage.counts())[1], 1);
  });

  test("of an executor that is lost, or a machine that was, come again", async () => {
    const stage = await stageWith(app);
    stage.room("shop/worker", 10);
    await stage.send("a");
    await stage.send("b");
    await stage.settleAll();
    const summons = stage.summons();
    const lost = stage.executor;
    lost.lose("it was killed");
    await stage.settleAll(2 * second);
    stage.room("shop/worker", 10);
    await stage.settleAll();
    const again = stage.summons();
    assert.deepEqual(bodies(again), ["a", "b"]);
    // What the lost one may still have said is nobody's any more.
    stage.answer("shop/worker", summons, ok);
    await stage.settleAll();
    assert.equal((await stage.counts())[3], 2);
    stage.reboot();
    await stage.settleAll(3 * second);
    stage.room("shop/worker", 10);
    await stage.settleAll();
    assert.deepEqual(bodies(stage.summons()), ["a", "b"]);
  });

  test("with a delay wait for it, whatever the clock on the wall does", async () => {
    const stage = await stageWith(app);
    stage.room("shop/worker", 10);
    await stage.send("late", { delay: "10s" });
    await stage.send("now");
    await stage.settleAll();
    const [now] = stage.summons();
    assert.ok(now !== undefined);
    // In the middle of a lease.
    stage.wallAheadMs += 3_600_000;
    await stage.settleAll(5 * second);
    assert.deepEqual(stage.summons(), []);
    assert.equal((await stage.counts())[3], 1);
    stage.answer("shop/worker", [now], ok);
    await stage.settleAll(5 * second);
    assert.deepEqual(bodies(stage.summons()), ["late"]);
    stage.wallAheadMs -= 7_200_000;
    await stage.settleAll(15 * second);
    assert.deepEqual(stage.summons(), []);
  });

  test("are kept when the queue is no longer wanted, until they are purged", async () => {
    const stage = await stageWith(app);
    await stage.send("a");
    stage.deploy({ processes: { worker: { serve: "/" } } });
    await stage.settleAll();
    const [view] = await stage.host.time.until(stage.control.queues());
    assert.deepEqual([view?.name, view?.isWanted, view?.ready], ["jobs", false, 1]);
    stage.reboot();
    await stage.settleAll();
    const views = await stage.host.time.until(stage.control.queues());
    assert.deepEqual(
      views.map(({ isWanted, ready }) => [isWanted, ready]),
      [[false, 1]],
    );
    assert.equal(await stage.host.time.until(stage.control.purge("shop", "jobs", "all")), 1);
    assert.deepEqual(await stage.host.time.until(stage.control.queues()), []);
    await assert.rejects(
      stage.host.time.until(stage.control.purge("shop", "jobs", "all")),
      code("QUEUE_UNKNOWN"),
    );
  });

  test("go on when a disk that was full is so no more, and that is told once", async () => {
    const stage = await stageWith(app);
    await stage.send("a");
    stage.logDisk.isFull = true;
    stage.room("shop/worker", 1);
    await stage.settleAll(10 * second);
    assert.deepEqual(stage.summons(), []);
    const told = stage.take();
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", /^queue-failed shop queue jobs: /);
    stage.logDisk.isFull = false;
    await stage.settleAll(2 * second);
    assert.deepEqual(bodies(stage.summons()), ["a"]);
  });

  test("are handed out no more while all ends, and what is out may still be settled", async () => {
    const slow = { askedNs: 2 * second };
    const stage = await stageWith(app, { scripts: new Map([["worker", slow]]) });
    stage.room("shop/worker", 1);
    await stage.send("a");
    await stage.send("b");
    await stage.settleAll();
    const summons = stage.summons();
    const closed = stage.control.close();
    await stage.settleAll();
    stage.answer("shop/worker", summons, ok);
    stage.room("shop/worker", 5);
    await stage.host.time.until(closed);
    stage.reboot();
    await stage.settleAll(2 * second);
    stage.room("shop/worker", 5);
    await stage.settleAll();
    assert.deepEqual(bodies(stage.summons()), ["b"]);
  });
});

suite("control: messages that processes send", () => {
  test("are answered by 202 when they are durable, with who sent them", async () => {
    const stage = await stageWith(app);
    stage.room("shop/worker", 1);
    const fields = ["content-type", "text/plain", "accept", "*/*", "noos-key", "k"];
    stage.post("POST", [...fields, "noos-caller", "shop/web"]);
    assert.deepEqual(await stage.posted(), {
      status: 202,
      fields: ["noos-message", "1"],
      text: "",
    });
    const [summons] = stage.summons();
    const fieldsOf = summons?.fields.filter((name) => !/^noos-sent$|^20..-/.test(name));
    assert.deepEqual(fieldsOf, [
      "content-type",
      "text/plain",
      "noos-caller",
      "shop/web",
      "noos-event",
      "queue",
      "noos-queue",
      "jobs",
      "noos-message",
      "1",
      "noos-attempt",
      "1",
      "noos-key",
      "k",
    ]);
  });

  test("are refused with what is wrong", async () => {
    const stage = await stageWith({
      queues: { jobs: { messages: 1, "message-bytes": "100", delay: "1h" } },
      ...app,
    });
    const statusOf = async (...post: Parameters<Stage["post"]>): Promise<number | undefined> => {
      stage.post(...post);
      return (await stage.posted())?.status;
    };
    assert.equal(await statusOf("GET", []), 405);
    assert.equal(await statusOf("POST", ["noos-key", " a"]), 400);
    assert.equal(await statusOf("POST", ["noos-delay", "soon"]), 400);
    assert.equal(await statusOf("POST", ["noos-delay", "2h"]), 400);
    assert.equal(await statusOf("POST", [], "x".repeat(100)), 413);
    assert.equal(await statusOf("POST", []), 202);
    assert.equal(await statusOf("POST", []), 503);
    assert.equal(await statusOf("POST", [], "x", "shop/else"), undefined);
    stage.logDisk.isFull = true;
    await stage.host.time.until(stage.control.purge("shop", "jobs", "all")).catch(() => 0);
    assert.equal(await statusOf("POST", [], "x"), 503);
  });
});

const everyMinute = { processes: { sweep: { every: "1m" } } };

suite("control: schedules", () => {
  async function viewOf(stage: Stage): Promise<Readonly<Record<string, unknown>>> {
    const [view] = (await stage.host.time.until(stage.control.status())).schedules;
    return { ...view };
  }

  test("summon a process when it is due, once each time, and show how it went", async () => {
    const stage = await stageWith(everyMinute);
    await stage.settleAll(59 * second);
    assert.deepEqual(stage.summons(), []);
    await stage.settleAll(2 * second);
    const [run] = stage.summons();
    assert.ok(run !== undefined);
    assert.equal(field(run, "noos-schedule"), "sweep");
    assert.match(field(run, "noos-due") ?? "", /^2026-01-01T00:01:0\d\.\d{3}Z$/);
    assert.equal(field(run, "noos-why"), "due");
    assert.equal((await viewOf(stage))["isRunning"], true);
    stage.answer("shop/sweep", [run], ok);
    await stage.settleAll();
    const view = await viewOf(stage);
    assert.deepEqual([view["isRunning"], view["lastEnd"], view["text"]], [false, "ok", "every 1m"]);
    await stage.settleAll(minute);
    const [next] = stage.summons();
    assert.match((next && field(next, "noos-due")) ?? "", /T00:02:0/);
    stage.answer("shop/sweep", stage.summons(), bad);
    stage.answer("shop/sweep", [next ?? run], bad);
    await stage.settleAll();
    assert.match(stage.take()[0] ?? "", /^run-failed shop\/sweep the run of .*: status 500$/);
    const [process] = (await stage.host.time.until(stage.control.processes("shop"))).slice(1);
    assert.equal(process?.schedule?.lastEnd, "status 500");
  });

  test("name what was missed while nobody was there, and make up for it once", async () => {
    const stage = await stageWith(everyMinute);
    await stage.settleAll(minute + second);
    stage.answer("shop/sweep", stage.summons(), ok);
    await stage.settleAll();
    stage.wallAheadMs += 10 * 60_000;
    stage.reboot();
    await stage.settleAll(2 * second);
    const [run] = stage.summons();
    assert.ok(run !== undefined);
    assert.equal(field(run, "noos-why"), "due");
    const told = stage.take().filter((line) => line.startsWith("run-missed"));
    assert.match(
      told[0] ?? "",
      /run-missed shop\/sweep 9 runs of every 1m missed since .*: one run/,
    );
    const { missed } = JSON.parse(Buffer.from(run.body).toString()) as {
      readonly missed: { readonly count: number };
    };
    assert.equal(missed.count, 9);
  });

  test("run once more what was interrupted, and by skip nothing", async () => {
    const stage = await stageWith({
      processes: { a: { every: "1m" }, b: { every: "1m", missed: "skip" } },
    });
    await stage.settleAll(minute + second);
    assert.equal(stage.summons().length, 2);
    stage.executor.lose("it was killed");
    await stage.settleAll(5 * second);
    const again = stage.summons();
    assert.deepEqual(
      again.map((run) => [field(run, "noos-schedule"), field(run, "noos-why")]),
      [["a", "interrupted"]],
    );
    const told = stage.take().filter((line) => line.startsWith("run-missed"));
    assert.match(told.join(), /^run-missed shop\/b 1 run of every 1m missed .*: skipped$/);
  });

  test("are given again as long as no instance takes them", async () => {
    const stage = await stageWith(everyMinute);
    await stage.settleAll(minute + second);
    const first = stage.summons();
    stage.answer("shop/sweep", first, { kind: "untouched", why: "nothing starts" });
    await stage.settleAll(1.1 * second);
    const again = stage.summons();
    assert.equal(again.length, 1);
    assert.notEqual(again[0]?.number, first[0]?.number);
    assert.deepEqual(stage.take(), []);
  });

  test("follow a clock that is set, and say when it went back far", async () => {
    const zone = "Europe/Berlin";
    const stage = await stageWith({ processes: { sweep: { cron: "0 3 * * *", zone } } });
    assert.match(String((await viewOf(stage))["nextAt"]), /2026-01-01T02:00:00/);
    stage.wallAheadMs += 2 * 3_600_000;
    await stage.settleAll(31 * second);
    const [run] = stage.summons();
    assert.match((run && field(run, "noos-due")) ?? "", /2026-01-01T02:00:00/);
    stage.answer("shop/sweep", run === undefined ? [] : [run], ok);
    await stage.settleAll();
    stage.take();
    stage.wallAheadMs -= 40 * 3_600_000;
    await stage.settleAll(31 * second);
    assert.match(stage.take()[0] ?? "", /^clock-stepped shop\/sweep the clock went back by/);
  });

  test("are refused at a deploy with their place, where no calendar knows them", () => {
    const stage = new Stage();
    for (const sweep of [{ cron: "0 3 31 2 *" }, { cron: "0 3 * * *", zone: "Mars/Base" }]) {
      assert.throws(
        () => stage.deploy({ processes: { sweep } }),
        (error) => code("MANIFEST_INVALID")(error) && /processes\.sweep\.cron/.test(String(error)),
      );
    }
  });

  test("are forgotten with their process, and begin anew when they are others", async () => {
    const stage = await stageWith(everyMinute);
    await stage.settleAll(30 * second);
    stage.deploy({ processes: { sweep: { every: "2m" } } });
    await stage.settleAll(minute);
    assert.deepEqual(stage.summons(), []);
    await stage.settleAll(minute + second);
    assert.equal(stage.summons().length, 1);
    stage.control.remove("shop");
    await stage.settleAll(5 * minute);
    assert.deepEqual(stage.disk.open().list("schedule/"), []);
  });
});

test("lives are told apart", async () => {
  const stage = await stageWith({ processes: { a: { consume: "jobs" }, b: { consume: "jobs" } } });
  stage.room("shop/a", 1);
  await stage.send("x");
  await stage.settleAll();
  const [order] = stage.orders("summon");
  assert.ok(order !== undefined);
  const { life } = stage.at("shop/b");
  const ends = [{ number: order.summons[0]?.number ?? 0, outcome: ok }];
  stage.executor.say({ kind: "summoned", life, ends });
  stage.executor.say({ kind: "summoned", life: 999 as Life, ends });
  await stage.settleAll();
  assert.equal((await stage.counts())[3], 1);
});
