import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { errno, Errno } from "#core/sys";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import { SimulatedInlet, SimulatedOutlet } from "#adapters/sim/traffic";
import { Exchanges } from "./exchanges.ts";

interface Bench {
  readonly host: SimulatedHost;
  readonly inlet: SimulatedInlet;
  readonly exchanges: Exchanges;
}

function bench(
  options: { readonly exchangesMax?: number; readonly canTake?: boolean } = {},
): Bench {
  const host = simulatedHost({ seed: 1 });
  const inlet = new SimulatedInlet(host.time, { canTake: options.canTake ?? true });
  const result = { status: 200, fields: [] };
  const outlet = new SimulatedOutlet(host.time, {
    there: () => ({ result, body: "there", isWhole: true }),
    slow: () => ({ afterNs: 1e9, result, body: "slow" }),
    nobody: () => ({ result: errno.ECONNREFUSED }),
  });
  const { timers } = host.outside;
  const exchangesMax = options.exchangesMax ?? 10;
  return { host, inlet, exchanges: new Exchanges({ inlet, outlet, timers, exchangesMax }) };
}

const call = {
  method: "GET",
  scheme: "http",
  authority: "there",
  target: "/",
  fields: [],
} as const;
const plainly = { hasBody: false, deadlineNs: Infinity };

suite("exchanges", () => {
  test("are taken one at a time, and the next when the one before is closed", () => {
    const { inlet, exchanges } = bench();
    inlet.send();
    inlet.send();
    const first = exchanges.takeRequest();
    assert.ok(first !== undefined);
    assert.equal(exchanges.takeRequest(), undefined);
    exchanges.close(first, "over");
    assert.equal(exchanges.takeRequest()?.number, first.number + 1);
  });

  test("that come are waited for, where none can be taken at once", async () => {
    const { host, inlet, exchanges } = bench({ canTake: false });
    let wakes = 0;
    exchanges.stirred.add({ wake: () => (wakes += 1) });
    assert.equal(exchanges.takeRequest(), undefined);
    inlet.send();
    await host.time.runFor(1e6);
    assert.equal(wakes, 1);
    assert.notEqual(exchanges.takeRequest(), undefined);
  });

  test("are never more than a process may hold", () => {
    const { inlet, exchanges } = bench({ exchangesMax: 3 });
    exchanges.makeEventful(100);
    for (let count = 0; count < 5; count++) inlet.send();
    for (let count = 0; count < 2; count++) assert.ok(exchanges.takeRequest() !== undefined);
    assert.ok(!(exchanges.request(call, plainly) instanceof Errno));
    assert.equal(exchanges.request(call, plainly), errno.EMFILE);
    assert.equal(exchanges.takeRequest(), undefined);
    assert.equal(inlet.waitingCount, 3);
  });

  test("that a handler makes and never closes leave it room to serve", () => {
    const { inlet, exchanges } = bench({ exchangesMax: 3 });
    const made = [1, 2, 3].map(() => exchanges.request(call, plainly));
    assert.deepEqual(
      made.map((exchange) => exchange instanceof Errno),
      [false, false, true],
    );
    inlet.send();
    assert.ok(exchanges.takeRequest() !== undefined);
  });

  test("have each a number of its own, however many there are", () => {
    const { exchanges } = bench();
    const numbers = new Set<number>();
    for (let count = 0; count < 10_000; count++) {
      const exchange = exchanges.request(call, plainly);
      assert.ok(!(exchange instanceof Errno));
      numbers.add(exchange.number);
      exchanges.close(exchange, "over");
    }
    assert.equal(numbers.size, 10_000);
    assert.equal([...exchanges.all()].length, 0);
  });

  test("are given up at the end, and so is what came and was not taken", async () => {
    const { host, inlet, exchanges } = bench({ canTake: false });
    exchanges.takeRequest();
    const waiting = inlet.send();
    await host.time.runFor(1e6);
    exchanges.closeAll();
    exchanges.closeAll();
    assert.equal(waiting.told, "abandoned: the process has ended");
    assert.ok(inlet.isClosed);
  });

  test("are given up after their inlet was told of the end, which may have other plans", () => {
    const { inlet, exchanges } = bench();
    const told: string[] = [];
    const sent = inlet.send();
    sent.abandon = () => told.push("abandoned");
    inlet.close = () => told.push("closed");
    exchanges.takeRequest();
    exchanges.closeAll();
    assert.deepEqual(told, ["closed", "abandoned"]);
  });

  test("go on being served when no more will come", async () => {
    const { host, inlet, exchanges } = bench();
    const request = inlet.send();
    inlet.end();
    const exchange = exchanges.takeRequest();
    assert.equal(exchanges.takeRequest(), undefined);
    await host.time.runFor(1e6);
    assert.equal(exchanges.isIdleForGood, false);
    assert.ok(exchange !== undefined);
    exchange.respond({ status: 204, fields: [] }, new Uint8Array(0));
    exchanges.close(exchange, "over");
    assert.equal(exchanges.takeRequest(), undefined);
    await host.time.runFor(1e6);
    assert.equal(exchanges.isIdleForGood, true);
    assert.equal(request.told, "204 ");
  });
});

suite("events", () => {
  test("are told once, however often they were asked for", async () => {
    const { host, inlet, exchanges } = bench();
    exchanges.makeEventful(10);
    const source = host.source();
    inlet.send({ body: source });
    const exchange = exchanges.takeRequest();
    const input = exchange?.input;
    assert.ok(exchange !== undefined && input !== undefined);
    for (let count = 0; count < 3; count++) {
      assert.equal(input.isReady(), false);
      exchanges.watch(exchange, "readable", input.readable);
    }
    source.feed("some");
    await host.time.runFor(1e6);
    assert.deepEqual(exchanges.takeEvent(), { kind: "readable", subject: exchange.number });
    assert.equal(exchanges.takeEvent(), undefined);
  });

  test("of an exchange that is closed are not told", async () => {
    const { host, inlet, exchanges } = bench();
    exchanges.makeEventful(10);
    const request = inlet.send();
    const exchange = exchanges.takeRequest();
    assert.ok(exchange !== undefined);
    request.leave();
    await host.time.runFor(1e6);
    exchanges.close(exchange, "over");
    assert.equal(exchanges.takeEvent(), undefined);
  });

  test("tell of timers in the order they ring, and not of one that was cancelled", async () => {
    const { host, exchanges } = bench();
    exchanges.makeEventful(10);
    assert.equal(exchanges.alarms.set(1, 3e6), undefined);
    exchanges.alarms.set(2, 1e6);
    exchanges.alarms.set(3, 2e6);
    exchanges.alarms.set(2 ** 32 - 1, 1e6);
    await host.time.runFor(5e6);
    exchanges.cancelTimer(3);
    const rang = [1, 2, 3].map(() => exchanges.takeEvent()?.subject);
    assert.deepEqual(rang, [2, 2 ** 32 - 1, 1]);
    assert.equal(exchanges.takeEvent(), undefined);
  });

  test("of timers are bounded", () => {
    const { exchanges } = bench();
    for (let id = 0; id < 1024; id++) assert.equal(exchanges.alarms.set(id, 1e9), undefined);
    assert.equal(exchanges.alarms.set(1024, 1e9), errno.EAGAIN);
    assert.equal(exchanges.alarms.set(7, 1e6), undefined, "one that is set may be set anew");
  });
});

suite("an answer", () => {
  const head = { status: 200, fields: [] };
  const nothing = new Uint8Array(0);

  function taken(options: object = {}) {
    const all = bench();
    const request = all.inlet.send(options);
    const exchange = all.exchanges.takeRequest();
    assert.ok(exchange !== undefined);
    return { ...all, request, exchange };
  }

  test("is given once", () => {
    const { exchange } = taken();
    assert.equal(exchange.finish(), errno.ENOTCONN);
    assert.equal(exchange.respond(head, nothing), undefined);
    assert.equal(exchange.respond(head, nothing), errno.EALREADY);
    assert.equal(exchange.begin(head), errno.EALREADY);
    assert.equal(exchange.accept([]), errno.EALREADY);
    assert.equal(exchange.finish(), errno.EALREADY);
    assert.equal(exchange.output, undefined);
  });

  test("is EPIPE once nobody waits for it", async () => {
    const { host, request, exchange } = taken();
    exchange.watch();
    request.leave();
    await host.time.runFor(1e6);
    assert.equal(exchange.respond(head, nothing), errno.EPIPE);
    assert.equal(exchange.isGone, true);
  });

  test("that was begun is cut off when it is not finished", () => {
    const { exchanges, request, exchange } = taken();
    const stream = exchange.begin(head);
    assert.ok(!(stream instanceof Errno));
    stream.write(new TextEncoder().encode("half"));
    exchanges.close(exchange, "no more of it");
    assert.equal(request.abandonedFor, "no more of it");
    assert.ok(request.answer?.kind === "begun" && !request.answer.sink.isClosed);
    assert.equal(stream.write(nothing), errno.EPIPE);
  });

  test("makes a WebSocket only of a request that asks for one", () => {
    assert.equal(taken().exchange.accept([]), errno.EINVAL);
    const { exchange, request } = taken({ isUpgrade: true });
    assert.equal(exchange.accept(["x-a", "b"]), undefined);
    assert.deepEqual(request.answer, { kind: "socket", fields: ["x-a", "b"] });
    assert.equal(exchange.finish(), undefined);
    assert.equal(request.channel.closing?.code, 1000);
    assert.equal(exchange.finish(), errno.EALREADY);
  });
});

suite("answers that are passed on", () => {
  const plain = { head: undefined, carried: (): void => undefined };

  /** A request that came, and one that was made to this name. */
  async function pair(authority: string, exchangesMax = 10) {
    const { host, inlet, exchanges } = bench({ exchangesMax });
    exchanges.makeEventful(10);
    const request = inlet.send();
    const incoming = exchanges.takeRequest();
    const outgoing = exchanges.request({ ...call, authority }, plainly);
    assert.ok(incoming !== undefined && !(outgoing instanceof Errno));
    await host.time.runFor(1e6);
    return { host, inlet, exchanges, request, incoming, outgoing };
  }

  test("are the process's no more, and go out with another head if there is one", async () => {
    const { exchanges, request, incoming, outgoing } = await pair("there");
    const head = { status: 299, fields: ["x-own", "head"] };
    let bytes = 0;
    const carried = (count: number): void => void (bytes += count);
    assert.equal(exchanges.pass(incoming, outgoing, { head, carried }), undefined);
    assert.deepEqual(exchanges.all(), []);
    assert.deepEqual([request.told, bytes], ["299 there", 5]);
    assert.ok(request.answer?.kind === "whole");
    assert.deepEqual(request.answer.head, head);
  });

  test("are refused where it is too late, and nothing is closed by that", async () => {
    const read = await pair("there");
    assert.ok(read.outgoing.input !== undefined);
    assert.equal(read.exchanges.pass(read.incoming, read.outgoing, plain), errno.EALREADY);
    const failed = await pair("nobody");
    assert.equal(
      failed.exchanges.pass(failed.incoming, failed.outgoing, plain),
      errno.ECONNREFUSED,
    );
    const left = await pair("there");
    left.request.leave();
    await left.host.time.runFor(1e6);
    assert.equal(left.exchanges.pass(left.incoming, left.outgoing, plain), errno.EPIPE);
    const unfinished = await pair("there");
    const made = unfinished.exchanges.request(
      { ...call, authority: "there" },
      { ...plainly, hasBody: true },
    );
    assert.ok(!(made instanceof Errno));
    assert.equal(unfinished.exchanges.pass(unfinished.incoming, made, plain), errno.EBUSY);
    made.finish();
    assert.equal(unfinished.exchanges.pass(unfinished.incoming, made, plain), undefined);
    const answered = await pair("there");
    answered.incoming.respond({ status: 200, fields: [] }, new Uint8Array());
    const why = answered.exchanges.pass(answered.incoming, answered.outgoing, plain);
    assert.equal(why, errno.EALREADY);
    for (const { exchanges } of [read, failed, left, answered]) {
      assert.equal(exchanges.all().length, 2);
    }
  });

  test("count for what a process may hold until they are over, and keep it", async () => {
    const { host, inlet, exchanges, request, incoming, outgoing } = await pair("slow", 3);
    assert.equal(exchanges.pass(incoming, outgoing, plain), undefined);
    for (let count = 0; count < 2; count++) inlet.send();
    const other = exchanges.takeRequest();
    assert.ok(other !== undefined);
    assert.equal(exchanges.takeRequest(), undefined);
    exchanges.close(other, "over");
    exchanges.drain();
    assert.equal(exchanges.isIdleForGood, false);
    await host.time.runFor(2e9);
    assert.deepEqual([request.told, exchanges.isIdleForGood], ["200 slow", true]);
  });

  test("end with the process", async () => {
    const { host, exchanges, request, incoming, outgoing } = await pair("slow");
    exchanges.pass(incoming, outgoing, plain);
    exchanges.closeAll();
    assert.equal(request.told, "abandoned: the process has ended");
    await host.time.runFor(2e9);
    assert.equal(request.told, "abandoned: the process has ended");
  });
});
