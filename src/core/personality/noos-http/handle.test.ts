import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SimulatedOutlet } from "#adapters/sim/traffic";
import { HandlerStage, readGuest } from "#test/handler";

for (const canTake of [true, false]) {
  suite(`a handler, ${canTake ? "taking what waits" : "asking for each request"}`, () => {
    test("answers one request after the other, and those that came at once in order", async () => {
      const stage = new HandlerStage({ canTake }).start("hello");
      const requests = [1, 2, 3].map(() => stage.inlet.send());
      await stage.settle();
      requests.push(await stage.ask());
      assert.deepEqual(
        requests.map(({ told }) => told),
        Array(4).fill("200 hello, world\n"),
      );
    });

    test("is over when no more will come, after what it has", async () => {
      const stage = new HandlerStage({ canTake }).start("hello");
      const request = stage.inlet.send();
      stage.inlet.end();
      assert.equal(await stage.end(), "exited(0)");
      assert.equal(request.told, "200 hello, world\n");
      assert.equal(stage.inlet.isClosed, true);
    });
  });
}

suite("a handler", () => {
  test("is ended at once while it is idle", async () => {
    const stage = new HandlerStage().start("hello");
    await stage.ask();
    stage.running.end("the test");
    assert.equal(await stage.end(), "killed(by the test)");
    assert.equal(stage.inlet.isClosed, true);
  });

  test("ends by itself when it is asked to, and serves first what it has", async () => {
    const stage = new HandlerStage();
    const family = stage.host.family();
    stage.start("hello", { family });
    await stage.ask();
    family.ask(1e9);
    assert.equal(await stage.end(), "exited(0)");
  });

  test("that traps ends, and what it served is given up", async () => {
    const stage = new HandlerStage().start("trap");
    assert.equal((await stage.ask("/")).told, "200 fine");
    const request = await stage.ask("/trap");
    assert.match(await stage.end(), /^trapped\(unreachable/);
    assert.equal(request.told, "abandoned: the process has ended");
  });

  test("that does not answer, or not to the end, has the request given up", async () => {
    const stage = new HandlerStage().start("trap");
    const why = "the program returned without a complete answer";
    assert.equal((await stage.ask("/silent")).told, `abandoned: ${why}`);
    const half = await stage.ask("/half");
    assert.equal(half.abandonedFor, why);
    assert.equal((await stage.ask("/")).told, "200 fine", "and it goes on");
  });

  test("gets EALREADY for a second answer", async () => {
    const stage = new HandlerStage().start("trap");
    assert.equal((await stage.ask("/twice")).told, "200 fine");
    assert.equal(stage.running.output(), "again: 7\n");
  });

  test("without an inlet is refused, with what to do", async () => {
    const stage = new HandlerStage().start("hello", { inlet: undefined as never });
    const { reason } = await stage.host.time.until(stage.running.exit);
    assert.ok(reason.kind === "refused");
    assert.equal(reason.code, "GRANT_INVALID");
    assert.match(reason.why, /cannot start "hello": it serves requests, and none can come to it/);
  });
});

suite("a handler for which requests wait all the time", () => {
  test("lets others have their turns between two of them", async () => {
    const stage = new HandlerStage().start("hello");
    const requests = Array.from({ length: 20_000 }, () => stage.inlet.send());
    const other = stage.system.start(stage.system.load(readGuest("basics/hello")));
    await stage.host.time.until(other.exit);
    assert.ok(stage.inlet.waitingCount > 1000, String(stage.inlet.waitingCount));
    await stage.host.time.runFor(200e6);
    assert.equal(requests.at(-1)?.told, "200 hello, world\n");
    assert.ok(stage.running.usage().preemptions > 0);
  });

  test("is ended between two of them", async () => {
    const stage = new HandlerStage().start("hello", { limits: { "cpu-time": 10e6 } });
    for (let count = 0; count < 20_000; count++) stage.inlet.send();
    assert.equal(await stage.end(), "killed(cpu-time 10 ms)");
    assert.ok(stage.inlet.waitingCount > 1000);
  });
});

suite("bodies", () => {
  test("stream both ways", async () => {
    const stage = new HandlerStage().start("echo");
    const source = stage.host.source();
    const request = await stage.ask("/", { body: source });
    assert.equal(request.told, "200 ");
    source.feed("one ");
    await stage.settle();
    assert.equal(request.told, "200 one ");
    source.feed("two").end();
    await stage.settle();
    assert.equal(request.told, "200 one two");
    assert.ok(request.answer?.kind === "begun" && request.answer.sink.isClosed);
    assert.equal(request.abandonedFor, undefined);
  });

  test("flow no faster than the reader takes them", async () => {
    const stage = new HandlerStage().start("echo");
    const source = stage.host.source("x".repeat(500_000));
    const request = await stage.ask("/", { body: source, roomBytes: 1000 });
    assert.ok(request.answer?.kind === "begun");
    const { sink } = request.answer;
    assert.equal(sink.bytes.length, 1000);
    sink.drain(1e6);
    await stage.settle();
    assert.equal(sink.bytes.length, 500_000);
    assert.ok(sink.isClosed);
  });

  test("that are not read are let go of", async () => {
    const stage = new HandlerStage().start("hello");
    const source = stage.host.source();
    const request = await stage.ask("/", { body: source });
    assert.equal(request.told, "200 hello, world\n");
    assert.ok(source.isClosed);
  });
});

suite("heads", () => {
  test("are handed to the program as they came", async () => {
    const stage = new HandlerStage().start("headers");
    const fields = ["accept", "*/*", "x-empty", "", "x-name", "J\u00f8rn"];
    const request = await stage.ask("/a?b=c", { head: { target: "/a?b=c", fields } });
    assert.ok(request.answer?.kind === "whole");
    const text = Array.from(request.answer.body, (byte) => String.fromCharCode(byte)).join("");
    assert.equal(text, ["GET", "http", "sim", "/a?b=c", ...fields, ""].join("\n"));
  });

  test("that do not fit are ERANGE", async () => {
    const stage = new HandlerStage().start("headers");
    const fields = ["x-long", "x".repeat(9000)];
    assert.equal((await stage.ask("/", { head: { fields } })).told, "431 too long\n");
  });
});

suite("requests of a program's own", () => {
  const answer = { result: { status: 200, fields: [] }, body: "from behind" };

  function asking(reply: object): HandlerStage {
    const stage = new HandlerStage();
    const outlet = new SimulatedOutlet(stage.host.time, {
      backend: ({ target }) => ({ ...answer, body: `${answer.body} ${target}`, ...reply }),
    });
    return stage.start("slow", { outlet });
  }

  test("are answered while it waits", async () => {
    const stage = asking({ afterNs: 5e6 });
    assert.equal((await stage.ask("/cart?id=7")).told, "200 from behind /cart?id=7");
  });

  test("fail with what the outside says, or with their deadline", async () => {
    const stage = asking({ afterNs: 60e9 });
    const request = stage.inlet.send();
    await stage.host.time.runFor(2e9);
    assert.equal(request.told, "502 error 73\n");
    const without = new HandlerStage().start("slow");
    assert.equal((await without.ask("/")).told, "502 error 44\n");
  });
});

suite("a program that misuses what it serves", () => {
  test("is refused each time, and goes on", async () => {
    const stage = new HandlerStage();
    const result = { status: 200, fields: [] };
    const outlet = new SimulatedOutlet(stage.host.time, { backend: () => ({ result }) });
    stage.start(readGuest("hostile/bad-handler"), { outlet, limits: { exchanges: 500 } });
    const told = async (target: string) => (await stage.ask(target)).told;
    assert.equal(await told("/handles"), "200 66 refused\n");
    assert.equal(await told("/pointers"), "200 9 refused\n");
    assert.equal(await told("/deep"), "200 0 refused\n");
    assert.equal(await told("/many"), "200 9501 refused\n", "500, one of which came to it");
    stage.running.end("the test");
    await stage.end();
    assert.ok(outlet.requests.every(({ isCancelled }) => isCancelled));
  });

  test("is ended in the middle of a request", async () => {
    const stage = new HandlerStage();
    stage.start(readGuest("hostile/bad-handler"), { limits: { "cpu-time": 20e6 } });
    const request = stage.inlet.send({ head: { target: "/spin" } });
    assert.equal(await stage.end(), "killed(cpu-time 20 ms)");
    assert.equal(request.told, "abandoned: the process has ended");
  });
});
