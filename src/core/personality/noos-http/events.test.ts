import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { errno } from "#core/sys";
import { SimulatedOutlet } from "#adapters/sim/traffic";
import { HandlerStage } from "#test/handler";

suite("a program of events", () => {
  test("serves a hundred requests at once, and no more than it says", async () => {
    const stage = new HandlerStage().start("many");
    const requests = Array.from({ length: 150 }, () => stage.inlet.send());
    await stage.host.time.runFor(1e6);
    assert.equal(stage.inlet.waitingCount, 50);
    await stage.host.time.runFor(30e6);
    assert.deepEqual(new Set(requests.map(({ told }) => told)), new Set(["200 0 bytes\n"]));
  });

  test("reads bodies as they come, each at its own pace", async () => {
    const stage = new HandlerStage().start("many");
    const sources = [1, 2, 3].map(() => stage.host.source());
    const requests = sources.map((body) => stage.inlet.send({ body }));
    sources[2]?.feed("early").end();
    await stage.settle();
    assert.deepEqual(
      requests.map(({ told }) => told),
      ["", "", "200 5 bytes\n"],
    );
    for (const source of sources.slice(0, 2)) source.feed("x".repeat(100_000)).end();
    await stage.settle();
    assert.equal(requests[0]?.told, "200 100000 bytes\n");
  });

  test("learns that a sender is gone, and may serve another in its place", async () => {
    const stage = new HandlerStage().start("many");
    const bodies = Array.from({ length: 100 }, () => stage.host.source());
    const requests = bodies.map((body) => stage.inlet.send({ body }));
    const waiting = stage.inlet.send();
    await stage.settle();
    assert.equal(waiting.told, "");
    requests[7]?.leave();
    await stage.settle();
    assert.equal(waiting.told, "200 0 bytes\n");
    assert.match(requests[7]?.told ?? "", /^abandoned/);
  });

  test("finishes what it has when no more will come", async () => {
    const stage = new HandlerStage().start("many");
    const request = stage.inlet.send();
    stage.inlet.end();
    assert.equal(await stage.end(), "exited(0)");
    assert.equal(request.told, "200 0 bytes\n");
  });

  test("ends when it is asked to, after what it has, where it reads no notices", async () => {
    const stage = new HandlerStage();
    const family = stage.host.family();
    stage.start("many", { family });
    const request = await stage.ask();
    const late = stage.inlet.send();
    await stage.host.time.runFor(1e6);
    family.ask(1e9);
    assert.equal(await stage.end(), "exited(0)");
    assert.equal(request.told, "200 0 bytes\n");
    assert.equal(late.told, "200 0 bytes\n");
  });

  test("hands on answers of its own requests, no faster than they are taken", async () => {
    const stage = new HandlerStage();
    const body = "an answer ".repeat(50_000);
    const result = { status: 201, fields: ["x-from", "behind"] };
    const backend = () => ({ afterNs: 1e6, result, body });
    stage.start("relay", { outlet: new SimulatedOutlet(stage.host.time, { backend }) });
    const request = await stage.ask("/a", { roomBytes: 1000 });
    assert.ok(request.answer?.kind === "begun");
    assert.deepEqual(request.answer.head, { status: 201, fields: ["x-from", "behind"] });
    const { sink } = request.answer;
    assert.equal(sink.bytes.length, 1000);
    sink.drain(1e6);
    await stage.settle();
    assert.equal(sink.text, body);
    assert.ok(sink.isClosed);
  });

  test("cancels a request of its own when nobody waits for it any more", async () => {
    const stage = new HandlerStage();
    const result = { status: 200, fields: [] };
    const outlet = new SimulatedOutlet(stage.host.time, {
      backend: () => ({ afterNs: 60e9, result }),
    });
    stage.start("relay", { outlet });
    const request = await stage.ask("/slow");
    request.leave();
    await stage.settle();
    assert.equal(outlet.requests[0]?.isCancelled, true);
  });
});

suite("a program that passes answers on", () => {
  const result = { status: 201, fields: ["x-from", "behind"] };

  test("has each taken as fast as its receiver takes it, and no part in it", async () => {
    const stage = new HandlerStage();
    const body = "an answer ".repeat(50_000);
    const backend = () => ({ afterNs: 1e6, result, body });
    stage.start("gateway", { outlet: new SimulatedOutlet(stage.host.time, { backend }) });
    const request = await stage.ask("/a", { roomBytes: 1000 });
    const callsBefore = stage.running.usage().calls;
    assert.ok(request.answer?.kind === "begun");
    assert.deepEqual(request.answer.head, result);
    const { sink } = request.answer;
    assert.equal(sink.bytes.length, 1000);
    sink.drain(1e6);
    await stage.settle();
    assert.equal(sink.text, body);
    assert.ok(sink.isClosed);
    assert.equal(stage.running.usage().calls, callsBefore);
  });

  test("answers at once with what is there at once", async () => {
    const stage = new HandlerStage();
    const backend = () => ({ result, body: "all of it", isWhole: true });
    stage.start("gateway", { outlet: new SimulatedOutlet(stage.host.time, { backend }) });
    const { answer, told } = await stage.ask("/a");
    assert.deepEqual([answer?.kind, told], ["whole", "201 all of it"]);
  });

  test("lets whoever waits know that nothing comes, and answers others itself", async () => {
    const stage = new HandlerStage();
    const backend = () => ({ afterNs: 1e6, result: errno.ECONNREFUSED });
    stage.start("gateway", { outlet: new SimulatedOutlet(stage.host.time, { backend }) });
    assert.equal(
      (await stage.ask("/a")).told,
      "abandoned: what it passes on did not come: ECONNREFUSED",
    );
    const alone = new HandlerStage().start("gateway");
    assert.equal((await alone.ask("/a")).told, "502 no answer\n");
  });

  test("cancels what it made for who waits no more, and ends when nothing is left", async () => {
    const stage = new HandlerStage();
    const outlet = new SimulatedOutlet(stage.host.time, {
      backend: ({ target }) => ({ afterNs: target === "/slow" ? 0.5e9 : 0.2e9, result, body: "x" }),
    });
    stage.start("gateway", { outlet });
    const left = await stage.ask("/slow");
    const kept = await stage.ask("/");
    left.leave();
    stage.inlet.end();
    await stage.settle();
    assert.deepEqual(
      outlet.requests.map(({ isCancelled }) => isCancelled),
      [true, false],
    );
    assert.equal(await stage.end(), "exited(0)");
    assert.equal(kept.told, "201 x");
  });
});

suite("WebSockets", () => {
  test("carry messages from each to all others", async () => {
    const stage = new HandlerStage().start("chat");
    const [one, two, three] = [1, 2, 3].map(() => stage.inlet.send({ isUpgrade: true }));
    assert.ok(one && two && three);
    await stage.settle();
    one.channel.come("hello");
    await stage.settle();
    two.channel.come({ kind: "binary", bytes: Uint8Array.of(0, 255) });
    await stage.settle();
    const texts = three.channel.sent.map(({ kind, bytes }) => `${kind} ${bytes.join()}`);
    assert.deepEqual(texts, ["text 104,101,108,108,111", "binary 0,255"]);
    assert.equal(one.channel.sent.length, 1);
    assert.equal((await stage.ask()).told, "200 3 here\n");
  });

  test("end by their closing, by breaking, and by a message that is too long", async () => {
    const stage = new HandlerStage().start("chat");
    const [one, two, three] = [1, 2, 3].map(() => stage.inlet.send({ isUpgrade: true }));
    assert.ok(one && two && three);
    one.channel.come({ kind: "closed", code: 1001, reason: "off" });
    two.channel.come(errno.ECONNRESET);
    three.channel.come("x".repeat(5000));
    await stage.settle();
    assert.equal((await stage.ask()).told, "200 0 here\n");
    assert.deepEqual(three.channel.closing, { kind: "closed", code: 1009, reason: "too long" });
  });

  test("have at most one message on its way out", async () => {
    const stage = new HandlerStage().start("chat");
    const [one, two] = [1, 2].map(() => stage.inlet.send({ isUpgrade: true }));
    assert.ok(one && two);
    await stage.settle();
    two.channel.stick();
    one.channel.come("first", "second", "third");
    await stage.settle();
    assert.equal(two.channel.sent.length, 1, "those who are slow miss what is said meanwhile");
    two.channel.release();
    await stage.settle();
    one.channel.come("fourth");
    await stage.settle();
    assert.equal(two.channel.sent.length, 2);
  });
});
