import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import type { ByteSink, ByteSource, SourceAnswer } from "#core/host";
import type { IncomingRequest, Inlet, MessageChannel, ResponseHead } from "#core/host/traffic";
import { errno, type ExitReason } from "#core/sys";
import { Endpoint, type StartInstance } from "#pool/ingress";
import { defaultServePolicy, noUsage, type ProcessUsage, type ServePolicy } from "#pool/host";
import type { Finding } from "#pool/scale/finding";
import { Commons } from "#pool/scale/governor";

const decoder = new TextDecoder();
const noBytes = new Uint8Array(0);

/** A request that remembers how it was answered. */
class Sent implements IncomingRequest {
  readonly head;
  readonly body: IncomingRequest["body"];
  readonly isUpgrade = false;
  answer = "";
  fields: readonly string[] = [];
  leave: () => void = () => undefined;

  constructor(method = "GET", body?: IncomingRequest["body"]) {
    this.head = { method, scheme: "http", authority: "x", target: "/", fields: [] } as const;
    this.body = body;
  }

  respond({ status, fields }: ResponseHead, body: Uint8Array): void {
    assert.equal(this.answer, "");
    this.answer = `${status} ${decoder.decode(body)}`;
    this.fields = fields;
  }

  begin({ status }: ResponseHead): ByteSink {
    assert.equal(this.answer, "");
    this.answer = `${status} …`;
    return {
      push: (bytes, answer) => {
        this.answer += decoder.decode(bytes);
        void Promise.resolve().then(() => answer(undefined));
      },
      close: () => (this.answer += "."),
    };
  }

  accept(fields: readonly string[]): MessageChannel {
    assert.equal(this.answer, "");
    this.answer = "101 …";
    this.fields = fields;
    return { receive: () => undefined, send: () => undefined, close: () => undefined };
  }

  abandon(why: string): void {
    this.answer += `!${why}`;
  }

  whenGone(callback: () => void): void {
    this.leave = callback;
  }
}

/** An instance that takes one request after the other and keeps them until told. */
class Worker {
  readonly number: number;
  readonly taken: IncomingRequest[] = [];
  readonly inlet: Inlet;
  readonly #ended: (reason: ExitReason) => void;
  isOver = false;
  #isLeaving = false;

  constructor(number: number, inlet: Inlet, ended: (reason: ExitReason) => void) {
    this.number = number;
    this.inlet = inlet;
    this.#ended = ended;
  }

  ask(): void {
    this.inlet.next((request) => {
      if (request === "end") this.#leave();
      else this.taken.push(request);
    });
  }

  answer(text = `by ${this.number}`, status = 200): void {
    const request = this.taken.shift();
    assert.ok(request !== undefined, "it has a request");
    request.respond({ status, fields: [] }, new TextEncoder().encode(text));
    if (this.#isLeaving) this.#leave();
  }

  /** Takes what waits without asking. */
  take(): IncomingRequest | undefined {
    return this.inlet.take?.();
  }

  /** No more will come: it ends with its last answer. */
  #leave(): void {
    this.#isLeaving = true;
    if (this.taken.length === 0) this.end({ kind: "exited", code: 0 });
  }

  end(reason: ExitReason = { kind: "exited", code: 1 }): void {
    if (this.isOver) return;
    this.isOver = true;
    // As a process does, whose end is told after that.
    this.inlet.close();
    for (const request of this.taken) request.abandon("the process has ended");
    this.#ended(reason);
  }
}

interface Bench {
  readonly time: SimulatedHost["time"];
  readonly endpoint: Endpoint;
  readonly workers: Worker[];
  readonly failures: ExitReason[];
  /** Those that are there. */
  readonly here: () => readonly Worker[];
  readonly arrive: (...requests: readonly Sent[]) => void;
  /** An instance asks for its first request so long after its start. */
  startNs: number;
  /** What instances say of themselves. */
  takesOne: boolean;
  usage: (atNs: number) => Partial<ProcessUsage>;
  readonly start: StartInstance;
  emptied: number;
}

function bench(policy: Partial<ServePolicy> = {}): Bench {
  const on = closedBench(policy);
  on.endpoint.open(on.start);
  return on;
}

/** With an endpoint that is not open yet. */
function closedBench(policy: Partial<ServePolicy> = {}): Bench {
  const { time } = simulatedHost({ seed: 1 });
  const workers: Worker[] = [];
  const failures: ExitReason[] = [];
  const on = { startNs: 1e6, emptied: 0, takesOne: false, usage: (_atNs: number) => ({}) };
  const start: StartInstance = (inlet, ended) => {
    const worker = new Worker(workers.length + 1, inlet, ended);
    workers.push(worker);
    if (Number.isFinite(on.startNs)) {
      time.after(on.startNs, () => {
        if (!worker.isOver) worker.ask();
      });
    }
    const end = (who: string): void => {
      time.next(() => worker.end({ kind: "killed", by: { who } }));
    };
    return {
      end,
      takesOne: on.takesOne,
      get usage() {
        return { ...noUsage, ...on.usage(time.monotonicNs()) };
      },
    };
  };
  const served = { ...defaultServePolicy, atOnceMax: 1, ...policy };
  const endpoint = new Endpoint("shop/web", served, {
    clock: time,
    turns: time,
    chance: () => 0,
    commons: new Commons(time.monotonicNs(), () => 0),
    cpuNs: () => 0,
    failed: (reason) => failures.push(reason),
    emptied: () => (on.emptied += 1),
  });
  return Object.assign(on, {
    time,
    endpoint,
    workers,
    failures,
    start,
    here: () => workers.filter((worker) => !worker.isOver),
    arrive: (...requests: readonly Sent[]) => {
      for (const request of requests) endpoint.arrive(request);
    },
  });
}

function many(count: number): readonly Sent[] {
  return Array.from({ length: count }, () => new Sent());
}

function worker({ workers }: Bench, number: number): Worker {
  const found = workers[number - 1];
  assert.ok(found !== undefined, `there is a worker ${number}`);
  return found;
}

suite("endpoint", () => {
  test("starts nothing until something calls, and then one that answers it", async () => {
    const on = bench();
    await on.time.runFor(1e9);
    assert.equal(on.workers.length, 0);
    const request = new Sent();
    on.arrive(request);
    await on.time.runFor(2e6);
    worker(on, 1).answer();
    assert.equal(request.answer, "200 by 1");
    assert.deepEqual(request.fields, [
      "server-timing",
      "line;dur=0.000, start;dur=1.000, run;dur=1.000",
    ]);
  });

  test("gives a request at once to one that waits, and tells of no summon", async () => {
    const on = bench();
    const [first, second] = [new Sent(), new Sent()];
    on.arrive(first);
    await on.time.runFor(2e6);
    worker(on, 1).answer();
    worker(on, 1).ask();
    on.arrive(second);
    worker(on, 1).answer("again");
    assert.deepEqual([second.answer, second.fields], ["200 again", []]);
    assert.equal(on.endpoint.traffic.coldSeconds?.line.count, 1);
    assert.equal(on.workers.length, 1);
  });

  test("tells who waited for an instance that was there of no start", async () => {
    const on = bench({ instancesMax: 1 });
    const [first, second] = [new Sent(), new Sent()];
    on.arrive(first);
    await on.time.runFor(2e6);
    on.arrive(second);
    await on.time.runFor(3e6);
    worker(on, 1).answer();
    worker(on, 1).ask();
    await on.time.runFor(1e6);
    worker(on, 1).answer();
    assert.deepEqual(second.fields, ["server-timing", "line;dur=3.000, run;dur=1.000"]);
    const { line, start, run } = on.endpoint.traffic.coldSeconds ?? {};
    // The first waited for a start of 1 ms.
    assert.deepEqual([line?.sum, start?.sum, run?.count], [0.003, 0.001, 2]);
  });

  test("starts one for the first of a herd, and never more than it may have", async () => {
    const on = bench({ instancesMax: 3 });
    const herd = many(100);
    on.arrive(...herd);
    assert.equal(on.workers.length, 1);
    // They are a herd, which shows when the governor looks again.
    await on.time.runFor(3e8);
    assert.equal(on.workers.length, 3);
    for (let round = 0; round < 100; round++) {
      for (const each of on.here()) {
        if (each.taken.length === 0) continue;
        each.answer("x");
        each.ask();
      }
      await on.time.runFor(0);
    }
    assert.ok(herd.every(({ answer }) => answer === "200 x"));
    assert.equal(on.workers.length, 3);
  });

  test("prefers the instance that worked last, so that the others can leave", async () => {
    const short = { atOnceMax: 1, idleNsMin: 1e9, idleNsMax: 1e9 };
    const on = bench({ ...short, instancesMin: 3 });
    await on.time.runFor(2e6);
    on.endpoint.configure({ ...defaultServePolicy, ...short });
    for (let count = 0; count < 150; count++) {
      await on.time.runFor(100e6);
      on.arrive(new Sent());
      worker(on, 3).answer();
      worker(on, 3).ask();
    }
    assert.deepEqual(
      on.here().map(({ number }) => number),
      [3],
    );
    await on.time.runFor(2e9);
    assert.deepEqual([on.here().length, on.failures.length], [0, 0]);
    await on.time.run();
  });

  test("keeps as many as are always to be there", async () => {
    const on = bench({ instancesMin: 2, idleNsMin: 1e9 });
    await on.time.runFor(30e9);
    assert.equal(on.here().length, 2);
    worker(on, 1).end();
    await on.time.runFor(1e9);
    assert.deepEqual([on.here().length, on.workers.length, on.failures.length], [2, 3, 1]);
  });

  test("refuses what does not fit into the line, and what waited too long", async () => {
    const on = bench({ waitingMax: 2, waitingNsMax: 1e9, instancesMax: 1 });
    on.startNs = Infinity;
    const [first, second, third] = [new Sent(), new Sent(), new Sent()];
    on.arrive(first, second, third);
    assert.match(third.answer, /^503 .*shop\/web has 2 requests waiting/);
    assert.deepEqual(third.fields.slice(-2), ["retry-after", "1"]);
    assert.equal(first.answer, "");
    await on.time.runFor(1.1e9);
    assert.match(first.answer, /^503 .*no instance of shop\/web took the request within 1 s/);
    assert.match(second.answer, /^503 /);
    assert.equal(on.endpoint.traffic.waiting, 0);
  });

  test("forgets who went away, in line or with an instance", async () => {
    const on = bench({ instancesMax: 1 });
    const [first, second, third] = [new Sent(), new Sent(), new Sent()];
    on.arrive(first, second, third);
    second.leave();
    assert.equal(on.endpoint.traffic.waiting, 2);
    await on.time.runFor(2e6);
    let told = 0;
    worker(on, 1).taken[0]?.whenGone(() => (told += 1));
    first.leave();
    assert.equal(told, 1);
    worker(on, 1).taken.pop();
    worker(on, 1).ask();
    await on.time.runFor(0);
    worker(on, 1).answer();
    assert.deepEqual([first.answer, second.answer, third.answer], ["", "", "200 by 1"]);
    const { starting, ready, waiting, inFlight, gone } = on.endpoint.traffic;
    assert.deepEqual([starting, ready, waiting, inFlight, gone], [0, 1, 0, 0, 2]);
  });

  test("gives a request to another instance, once, where that does no harm", async () => {
    const on = bench({ instancesMax: 1 });
    const safe = new Sent("GET");
    const unsafe = new Sent("POST");
    on.arrive(safe);
    await on.time.runFor(2e6);
    worker(on, 1).end();
    await on.time.runFor(2e6);
    worker(on, 2).answer();
    assert.equal(safe.answer, "200 by 2");
    worker(on, 2).ask();
    on.arrive(unsafe);
    worker(on, 2).end({ kind: "trapped", what: "unreachable", stack: [] });
    assert.match(unsafe.answer, /^502 .*the instance that had it ended: trapped/);
    const twice = new Sent("GET");
    on.arrive(twice);
    await on.time.runFor(1e9);
    worker(on, 3).end();
    await on.time.runFor(1e9);
    worker(on, 4).end();
    assert.match(twice.answer, /^502/);
  });

  test("gives nobody a body that somebody read from", async () => {
    const on = bench({ instancesMax: 1 });
    const pull = (): undefined => undefined;
    const read = new Sent("PUT", { pull, close: () => undefined });
    const unread = new Sent("PUT", { pull, close: () => undefined });
    on.arrive(read);
    await on.time.runFor(2e6);
    worker(on, 1).taken[0]?.body?.pull(1, () => undefined);
    worker(on, 1).end();
    assert.match(read.answer, /^502/);
    on.arrive(unread);
    await on.time.runFor(2e6);
    worker(on, 2).taken[0]?.body?.close();
    worker(on, 2).end();
    await on.time.runFor(1e9);
    worker(on, 3).answer();
    assert.equal(unread.answer, "200 by 3");
  });

  test("cuts an answer that had begun when its instance ended", async () => {
    const on = bench();
    const request = new Sent();
    on.arrive(request);
    await on.time.runFor(2e6);
    const sink = worker(on, 1).taken[0]?.begin({ status: 200, fields: [] });
    sink?.push(Uint8Array.of(0x61), () => undefined);
    worker(on, 1).end();
    assert.equal(request.answer, "200 …a!the instance that had it ended: exited(1)");
  });

  test("has another instance for who waits for one that comes to no answer", async () => {
    const on = bench({ timeoutNs: 30e9, atOnceMax: Infinity, instancesMax: 3 });
    const [spins, waits] = [new Sent(), new Sent()];
    on.arrive(spins);
    await on.time.runFor(3e9);
    assert.equal(on.here().length, 1, "nobody waits");
    on.arrive(waits);
    await on.time.runFor(0.3e9);
    worker(on, 2).answer();
    worker(on, 2).ask();
    assert.deepEqual([spins.answer, waits.answer], ["", "200 by 2"]);
    await on.time.runFor(3e9);
    assert.equal(on.here().length, 2);
  });

  test("has another for who waits for one that may have no more, though it asks", async () => {
    const on = bench({ timeoutNs: 30e9, atOnceMax: 1, instancesMax: 3 });
    const [spins, waits] = [new Sent(), new Sent()];
    on.arrive(spins);
    await on.time.runFor(2e6);
    worker(on, 1).ask();
    on.arrive(waits);
    await on.time.runFor(1.5e9);
    worker(on, 2).answer();
    assert.deepEqual([spins.answer, waits.answer], ["", "200 by 2"]);
  });

  test("has one for each who waits, where it is known that each takes one", async () => {
    const on = bench({ timeoutNs: 30e9, atOnceMax: Infinity, instancesMax: 4 });
    on.takesOne = true;
    for (let count = 0; count < 200; count++) {
      on.arrive(...many(count % 10 === 0 ? 2 : 1));
      await on.time.runFor(2e6);
      for (const one of on.here()) {
        if (one.taken.length === 0) continue;
        one.answer();
        one.ask();
      }
    }
    const spinning = many(2);
    on.arrive(...spinning);
    await on.time.runFor(3e9);
    const waiting = many(2);
    on.arrive(...waiting);
    await on.time.runFor(3e9);
    const taken = on.here().reduce((sum, one) => sum + one.taken.length, 0);
    assert.deepEqual([taken, on.endpoint.traffic.waiting], [4, 0]);
  });

  for (const [what, usage, isEnded] of [
    ["computes", (ns: number) => ({ calls: 7, cpuNs: ns / 4 }), true],
    ["waits", (ns: number) => ({ calls: 7, cpuNs: ns / 100 }), false],
    ["makes calls", (ns: number) => ({ calls: ns, cpuNs: ns }), false],
  ] as const) {
    const deed = isEnded ? "ends" : "keeps";
    test(`${deed} an instance that only ${what} once its answer has begun`, async () => {
      const on = bench({ timeoutNs: 4e9, atOnceMax: 1, instancesMax: 1 });
      on.usage = usage;
      const request = new Sent();
      on.arrive(request);
      await on.time.runFor(2e6);
      worker(on, 1).taken[0]?.begin({ status: 200, fields: [] });
      await on.time.runFor(3.5e9);
      assert.equal(worker(on, 1).isOver, false);
      await on.time.runFor(3e9);
      assert.equal(worker(on, 1).isOver, isEnded);
      const why = isEnded ? /^200 …!.*computed for 4 s without a call/ : /^200 …$/;
      assert.match(request.answer, why);
    });
  }

  test("answers 504 when no answer begins, and ends the instance that hangs", async () => {
    const on = bench({ timeoutNs: 1e9 });
    const request = new Sent();
    on.arrive(request);
    await on.time.runFor(1.2e9);
    assert.match(request.answer, /^504 .*shop\/web did not answer within 1 s/);
    assert.equal(on.here().length, 0);
    assert.equal(on.failures.length, 1);
  });

  test("tells who has a request that nobody waits for it any more", async () => {
    const on = bench({ timeoutNs: 1e9, atOnceMax: 2, instancesMax: 1 });
    const requests = [new Sent(), new Sent(), new Sent()] as const;
    const [late, quick, streaming] = requests;
    on.arrive(late);
    await on.time.runFor(2e6);
    const one = worker(on, 1);
    const [given] = one.taken.splice(0);
    let told = 0;
    given?.whenGone(() => (told += 1));
    one.ask();
    on.arrive(quick);
    await on.time.runFor(0.5e9);
    one.answer();
    one.ask();
    on.arrive(streaming);
    const begun = one.taken.shift()?.begin({ status: 200, fields: [] });
    await on.time.runFor(0.7e9);
    assert.match(late.answer, /^504 /);
    assert.deepEqual([told, on.here().length], [1, 1], "it answered others meanwhile");
    const sink = given?.begin({ status: 200, fields: [] });
    assert.equal(sink?.tryPush?.(noBytes), errno.EPIPE);
    const failed = await new Promise((resolve) => sink?.push(noBytes, resolve));
    assert.equal(failed, errno.EPIPE);
    begun?.close();
    assert.deepEqual([quick.answer, streaming.answer], ["200 by 1", "200 …."]);
  });

  test("has room beside those whose program waits for who sent them", async () => {
    const on = bench({ timeoutNs: 30e9, atOnceMax: Infinity, instancesMax: 1 });
    on.startNs = Infinity;
    on.arrive(...many(1));
    const given: IncomingRequest[] = [];
    const serve = (): void =>
      worker(on, 1).inlet.next((request) => {
        if (request === "end") return;
        given.push(request);
        on.time.next(serve);
      });
    serve();
    await on.time.runFor(1e6);
    given.shift()?.respond({ status: 200, fields: [] }, noBytes);
    const silent = Array.from({ length: 100 }, () => new Sent("POST", openBody().body));
    for (const each of silent) {
      on.arrive(each);
      await on.time.runFor(1e6);
      given.shift()?.body?.pull(100, () => undefined);
    }
    assert.equal(on.endpoint.traffic.waiting, 0);
    const busy = many(100);
    on.arrive(...busy);
    await on.time.runFor(1e6);
    assert.ok(on.endpoint.traffic.waiting > 50, "those that are with the program fill it");
    silent[0]?.leave();
  });

  for (const isBegun of [false, true]) {
    test(`lets no silent sender keep others from an instance of one call: ${isBegun}`, async () => {
      const on = bench({ timeoutNs: 30e9, atOnceMax: Infinity, instancesMax: 1 });
      on.takesOne = true;
      const silent = new Sent("POST", openBody().body);
      on.arrive(silent);
      await on.time.runFor(2e6);
      const one = worker(on, 1);
      const given = one.taken.shift();
      if (isBegun) given?.begin({ status: 200, fields: [] });
      given?.body?.pull(100, () => undefined);
      await on.time.runFor(5e9);
      assert.equal(silent.answer, isBegun ? "200 …" : "", "nobody else wants it");
      const next = new Sent();
      on.arrive(next);
      await on.time.runFor(1.9e9);
      assert.equal(silent.answer, isBegun ? "200 …" : "");
      await on.time.runFor(0.3e9);
      assert.match(silent.answer, /^(408|200 …!).*the body did not come whole within 2 s/);
      one.ask();
      await on.time.runFor(1e6);
      one.answer();
      assert.equal(next.answer, "200 by 1");
    });
  }

  test("waits for no body that its program has closed", async () => {
    const on = bench({ timeoutNs: 1e9 });
    const request = new Sent("POST", { pull: () => undefined, close: () => undefined });
    on.arrive(request);
    await on.time.runFor(2e6);
    const body = worker(on, 1).taken[0]?.body;
    body?.pull(100, () => undefined);
    body?.close();
    await on.time.runFor(1.2e9);
    assert.match(request.answer, /^504 /);
  });

  test("answers 408 to a body that does not come, and ends nobody for that", async () => {
    const on = bench({ timeoutNs: 1e9 });
    const silent: ByteSource = { pull: () => undefined, close: () => undefined };
    const request = new Sent("POST", silent);
    on.arrive(request);
    await on.time.runFor(2e6);
    worker(on, 1).taken[0]?.body?.pull(100, () => undefined);
    await on.time.runFor(1.2e9);
    assert.match(request.answer, /^408 .*the body did not come whole within 1 s/);
    assert.deepEqual([on.here().length, on.failures.length], [1, 0]);
  });

  for (const [how, leave] of [
    ["before its answer", (request: Sent) => request.leave()],
    [
      "in the middle of its answer",
      (request: Sent, one: Worker) => {
        one.taken[0]?.begin({ status: 200, fields: [] });
        request.leave();
      },
    ],
    ["with all of its answer", (_request: Sent, one: Worker) => one.answer()],
  ] as const) {
    test(`does without an instance that hangs once its client left ${how}`, async () => {
      const on = bench({ timeoutNs: 1e9, instancesMax: 2 });
      const request = new Sent();
      on.arrive(request);
      await on.time.runFor(2e6);
      leave(request, worker(on, 1));
      await on.time.runFor(3e8);
      // Somebody else is served meanwhile, by another.
      const other = new Sent();
      on.arrive(other);
      await on.time.runFor(2e8);
      worker(on, 2).answer();
      worker(on, 2).ask();
      assert.equal(other.answer, "200 by 2");
      assert.equal(on.failures.length, 0);
      await on.time.runFor(1e9);
      assert.deepEqual(on.failures, [
        { kind: "killed", by: { who: "noos, for it took no request for 1 s" } },
      ]);
      assert.deepEqual(
        on.here().map(({ number }) => number),
        [2],
      );
    });
  }

  test("lets an instance that answers others go on, and a stream take its time", async () => {
    const on = bench({ timeoutNs: 1e9, atOnceMax: 10, instancesMax: 1 });
    const [stuck, stream, other] = [new Sent(), new Sent(), new Sent()];
    on.arrive(stuck, stream, other);
    await on.time.runFor(2e6);
    const one = worker(on, 1);
    for (let count = 0; count < 2; count++) {
      one.ask();
      await on.time.runFor(0);
    }
    one.taken.splice(1, 1)[0]?.begin({ status: 200, fields: [] });
    await on.time.runFor(5e8);
    one.taken.splice(1, 1)[0]?.respond({ status: 204, fields: [] }, new Uint8Array(0));
    await on.time.runFor(5e9);
    assert.match(stuck.answer, /^504/);
    assert.deepEqual([other.answer, stream.answer], ["204 ", "200 …"]);
    assert.equal(on.here().length, 1);
  });

  test("paces instances that fail at once, and tells callers when to come again", async () => {
    const on = bench({ instancesMax: 1, waitingNsMax: 1e9 });
    on.startNs = Infinity;
    on.arrive(new Sent());
    for (let count = 0; count < 12; count++) {
      for (const each of on.here())
        each.end({ kind: "refused", code: "ENTRY_MISSING", why: "no", hint: "" });
      if (on.endpoint.traffic.waiting === 0) on.arrive(new Sent());
      await on.time.runFor(1e9);
    }
    assert.ok(on.workers.length < 10, String(on.workers.length));
    for (const each of on.here()) each.end();
    await on.time.runFor(2e9);
    const late = new Sent();
    on.arrive(late);
    assert.match(late.answer, /^503 .*shop\/web does not start/);
    const seconds = Number(late.fields.at(-1));
    assert.ok(seconds > 1 && seconds <= 30, String(seconds));
  });

  test("replaces an instance that has had its requests", async () => {
    const on = bench({ callsMax: 2, instancesMax: 1 });
    const requests = many(5);
    on.arrive(...requests);
    for (let count = 0; count < 40; count++) {
      await on.time.runFor(1e6);
      for (const each of on.here()) {
        if (each.taken.length === 0) continue;
        each.answer();
        each.ask();
      }
    }
    assert.deepEqual(
      requests.map(({ answer }) => answer),
      ["200 by 1", "200 by 1", "200 by 2", "200 by 2", "200 by 3"],
    );
    assert.equal(on.failures.length, 0);
  });

  test("ends with its last request, and refuses those that come after", async () => {
    const on = bench({ instancesMax: 1 });
    const [first, second, third] = [new Sent(), new Sent(), new Sent()];
    on.arrive(first, second);
    await on.time.runFor(2e6);
    on.endpoint.close();
    on.arrive(third);
    assert.match(second.answer, /^503/);
    assert.match(third.answer, /^503/);
    await on.time.runFor(1e6);
    assert.equal(on.here().length, 1);
    worker(on, 1).answer();
    assert.equal(first.answer, "200 by 1");
    assert.equal(on.emptied, 0);
    worker(on, 1).ask();
    await on.time.run();
    assert.deepEqual([on.here().length, on.emptied], [0, 1]);
  });

  test("is empty at once where nothing runs, and ends what does when told to", async () => {
    const idle = bench();
    idle.endpoint.close();
    assert.equal(idle.emptied, 1);
    const on = bench();
    const request = new Sent();
    on.arrive(request);
    await on.time.runFor(2e6);
    on.endpoint.end("its owner");
    await on.time.run();
    assert.match(request.answer, /^502/);
    assert.deepEqual([on.emptied, on.failures], [1, []]);
  });
});

suite("endpoint: what its governor lets in", () => {
  test("does not take an instance for full that asks again in a moment", async () => {
    const on = bench({ instancesMax: 1, atOnceMax: Infinity });
    on.startNs = Infinity;
    on.arrive(...many(1));
    const ask = (): void =>
      worker(on, 1).inlet.next((request) => {
        if (request === "end") return;
        on.time.after(300e6, () => request.respond({ status: 200, fields: [] }, noBytes));
        on.time.after(1e6, ask);
      });
    ask();
    for (let round = 0; round < 8; round++) {
      await on.time.runFor(400e6);
      on.arrive(...many(2));
    }
    await on.time.runFor(200e6);
    const { finding } =
      on.endpoint.findings.findLast((each) => each.finding.by === "replicas") ?? {};
    const { eachPerSecond = 0 } = finding?.saw ?? {};
    assert.ok(eachPerSecond > 50, `an instance answers ${eachPerSecond} in a second`);
  });

  for (const tookMs of [2, 20]) {
    test(`has more instances where each takes one, of calls that take ${tookMs} ms`, async () => {
      const on = bench({ instancesMax: 8, atOnceMax: Infinity });
      on.takesOne = true;
      on.startNs = Infinity;
      let answered = 0;
      const serve = (one: Worker): void =>
        one.inlet.next((request) => {
          if (request === "end") return;
          on.time.after(tookMs * 1e6, () => {
            request.respond({ status: 200, fields: [] }, noBytes);
            answered += 1;
            serve(one);
            on.arrive(...many(1));
          });
        });
      const serving = new Set<Worker>();
      on.arrive(...many(8));
      for (let ms = 0; ms < 4000; ms++) {
        await on.time.runFor(1e6);
        for (const one of on.here()) if (!serving.has(one)) serve((serving.add(one), one));
      }
      assert.ok(serving.size >= 7, `${serving.size} instances`);
      assert.ok(answered > (0.6 * 8 * 4000) / tookMs, `${answered} answers`);
    });
  }

  test("holds back what would only queue inside, and streams fill nothing", async () => {
    const on = bench({ instancesMax: 1, atOnceMax: Infinity });
    const requests = many(6);
    on.arrive(...requests);
    await on.time.runFor(2e6);
    const one = worker(on, 1);
    const takeAll = (): void => {
      while (one.take() !== undefined);
    };
    one.ask();
    await on.time.runFor(0);
    for (let count = 0; count < 6; count++) {
      one.ask();
      await on.time.runFor(0);
    }
    assert.deepEqual([one.taken.length, on.endpoint.traffic.waiting], [4, 2]);
    takeAll();
    assert.equal(on.endpoint.traffic.waiting, 2, "nor does it get more without asking");
    one.taken[0]?.begin({ status: 200, fields: [] });
    await on.time.runFor(0);
    assert.deepEqual([one.taken.length, on.endpoint.traffic.waiting], [5, 1]);
  });

  test("gives requests of ended instances to others as long as there are few of them", async () => {
    const on = bench({ instancesMax: 1 });
    const outcomes: string[] = [];
    for (let count = 0; count < 20; count++) {
      const request = new Sent("GET");
      on.arrive(request);
      await on.time.runFor(2e6);
      on.here().at(-1)?.end();
      await on.time.runFor(2e6);
      for (const each of on.here()) if (each.taken.length > 0) each.answer();
      outcomes.push(request.answer.slice(0, 3));
      for (const each of on.here()) each.ask();
    }
    const again = outcomes.filter((answer) => answer === "200").length;
    assert.ok(again >= 3 && again <= 6, outcomes.join(" "));
  });

  test("lets idle instances go that others name, and none that has a request", async () => {
    const on = bench({ instancesMin: 2 });
    await on.time.runFor(2e6);
    on.arrive(new Sent());
    const residents = on.endpoint.residents;
    assert.deepEqual(
      residents.map(({ spec, idleSinceNs }) => [spec, idleSinceNs !== undefined]),
      [
        ["shop/web", true],
        ["shop/web", false],
      ],
    );
    const finding = { atNs: 0, by: "memory", saw: {}, decided: "2 are ended", why: "memory-high" };
    on.endpoint.release(new Set(residents.map(({ id }) => id)), finding as Finding);
    await on.time.runFor(1e6);
    assert.equal(on.workers.filter(({ isOver }) => isOver).length, 1);
    assert.ok(on.endpoint.findings.some((kept) => kept.finding.why === "memory-high"));
  });

  test("keeps why there are as many instances as there are", async () => {
    const on = bench();
    on.arrive(new Sent());
    await on.time.runFor(3e8);
    const found = on.endpoint.findings.map(({ finding }) => `${finding.by} ${finding.decided}`);
    assert.ok(found.includes("replicas 1 instance"), found.join(", "));
  });
});

suite("endpoint: what it counts", () => {
  test("is nobody's failure where whoever waited has left, whoever sees that first", async () => {
    const on = bench({ instancesMax: 1 });
    const request = new Sent();
    request.begin = () => ({
      push: (_bytes, answer) => void Promise.resolve().then(() => answer(errno.EPIPE)),
      close: () => undefined,
    });
    on.arrive(request);
    await on.time.runFor(2e6);
    const [taken] = worker(on, 1).taken;
    let told = 0;
    taken?.whenGone(() => (told += 1));
    taken?.begin({ status: 200, fields: [] }).push(Uint8Array.of(1), (failed) => {
      assert.equal(failed, errno.EPIPE);
      taken.abandon("nobody takes it");
    });
    await on.time.runFor(0);
    request.leave();
    const { gone, failed } = on.endpoint.traffic;
    assert.deepEqual([gone, failed, told], [1, 0, 1]);
  });

  test("is what came and what became of it, and how long that took", async () => {
    const on = bench({ instancesMax: 1, waitingMax: 1, waitingNsMax: 1e9 });
    on.arrive(...many(2));
    await on.time.runFor(2e6);
    worker(on, 1).answer("x", 404);
    on.arrive(new Sent());
    await on.time.runFor(1.1e9);
    on.endpoint.close();
    on.arrive(new Sent());
    const { arrived, answered, refused, durationSeconds, summonSeconds } = on.endpoint.traffic;
    assert.deepEqual(
      { arrived, answered, refused },
      { arrived: 4, answered: { "4xx": 1 }, refused: { "line-full": 1, waited: 1, closing: 1 } },
    );
    assert.deepEqual([durationSeconds.count, summonSeconds.count], [4, 1]);
    assert.equal(summonSeconds.sum, 0.001);
  });
});

suite("endpoint: instances that fail by requests", () => {
  test("are replaced at once, however often: others are not to wait for them", async () => {
    const on = bench({ instancesMax: 1 });
    for (let count = 1; count <= 20; count++) {
      const poison = new Sent("POST");
      on.arrive(poison);
      await on.time.runFor(2e6);
      worker(on, count).end({ kind: "trapped", what: "unreachable", stack: [] });
      assert.match(poison.answer, /^502 .*trapped/);
    }
    const other = new Sent();
    on.arrive(other);
    await on.time.runFor(2e6);
    worker(on, 21).answer();
    assert.equal(other.answer, "200 by 21");
  });
});

suite("endpoint: before it is open", () => {
  test("has requests wait, and starts what they need when it opens", async () => {
    const on = closedBench({ instancesMax: 2 });
    on.arrive(...many(100));
    await on.time.runFor(1e9);
    assert.deepEqual([on.workers.length, on.endpoint.traffic.waiting], [0, 100]);
    on.endpoint.open(on.start);
    assert.equal(on.workers.length, 2);
  });

  test("keeps none longer than it may wait, and refuses all when it is closed", async () => {
    const on = closedBench({ waitingNsMax: 1e9 });
    const [early, late] = [new Sent(), new Sent()];
    on.arrive(early);
    await on.time.runFor(1.1e9);
    on.arrive(late);
    on.endpoint.close();
    assert.match(early.answer, /^503 .*no instance of shop\/web took the request within 1 s/);
    assert.match(late.answer, /^503 .*takes no more requests/);
    assert.deepEqual([on.workers.length, on.emptied], [0, 1]);
  });
});

suite("endpoint: leaving", () => {
  test("looks after nothing when it is closed, whatever is always to be there", async () => {
    const on = bench({ instancesMin: 2 });
    await on.time.runFor(2e6);
    on.endpoint.close();
    // It comes to rest only when nothing is planned any more.
    await on.time.run();
    assert.equal(on.here().length, 0);
  });

  test("ends an instance that is to leave and does not", async () => {
    const on = bench({ instancesMax: 1 });
    on.arrive(new Sent());
    await on.time.runFor(2e6);
    on.endpoint.close();
    worker(on, 1).answer();
    await on.time.runFor(4e9);
    assert.deepEqual([on.here().length, on.emptied], [1, 0]);
    await on.time.runFor(2e9);
    assert.deepEqual([on.here().length, on.emptied, on.failures], [0, 1, []]);
  });

  test("gives what waits to one that takes without asking", async () => {
    const on = bench({ instancesMax: 1, atOnceMax: 2 });
    const requests = many(3);
    on.arrive(...requests);
    assert.equal(worker(on, 1).take(), undefined, "it has not asked yet");
    await on.time.runFor(2e6);
    const second = worker(on, 1).take();
    assert.ok(second !== undefined);
    assert.equal(worker(on, 1).take(), undefined, "it has as many as it may");
    second.respond({ status: 204, fields: [] }, new Uint8Array(0));
    assert.ok(worker(on, 1).take() !== undefined);
    assert.equal(on.endpoint.traffic.waiting, 0);
  });

  test("has a tunnel in flight until both of its sides have ended", async () => {
    for (const first of ["body", "answer"] as const) {
      const on = bench();
      const { body, end } = openBody();
      on.arrive(new Sent("CONNECT", body));
      await on.time.runFor(2e6);
      const taken = worker(on, 1).taken.shift();
      assert.ok(taken !== undefined);
      const sink = taken.begin({ status: 200, fields: [] });
      taken.body?.pull(10, () => undefined);
      if (first === "body") end();
      else sink.close();
      assert.equal(on.endpoint.traffic.inFlight, 1, first);
      if (first === "body") sink.close();
      else end();
      const { inFlight, answered } = on.endpoint.traffic;
      assert.deepEqual([inFlight, answered], [0, { "2xx": 1 }], first);
    }
  });

  test("lets WebSockets last, and those fill nothing", async () => {
    const on = bench({ atOnceMax: 100, instancesMax: 1, timeoutNs: 1e9 });
    const sockets = Array.from({ length: 20 }, () => new Sent());
    for (const socket of sockets) {
      on.arrive(socket);
      await on.time.runFor(2e6);
      const taken = worker(on, 1).taken.shift();
      assert.ok(taken !== undefined, "it comes in beside those before");
      taken.accept([]);
      worker(on, 1).ask();
    }
    await on.time.runFor(2e9);
    assert.ok(sockets.every(({ answer }) => answer === "101 …"));
    assert.deepEqual([on.endpoint.traffic.inFlight, worker(on, 1).isOver], [20, false]);
    assert.match(sockets[0]?.fields.join() ?? "", /^server-timing,line;dur=.*start;dur=/);
  });

  test("has another instance while the only place of one is held", async () => {
    const on = bench({ instancesMax: 4, atOnceMax: 1 });
    const requests = [1, 2, 3].map(() => new Sent("CONNECT", openBody().body));
    for (const [index, request] of requests.entries()) {
      on.arrive(request);
      await on.time.runFor(1e9);
      const one = worker(on, index + 1);
      one.taken[0]?.begin({ status: 200, fields: [] });
      // As a server does, which accepts again at once.
      one.ask();
    }
    assert.deepEqual([on.here().length, on.endpoint.traffic.waiting], [3, 0]);
  });

  test("gives a tunnel that nobody accepted to another instance, and no other one", async () => {
    const on = bench({ atOnceMax: 2, instancesMax: 1 });
    const [accepted, waiting] = [
      new Sent("CONNECT", openBody().body),
      new Sent("CONNECT", openBody().body),
    ];
    on.arrive(accepted);
    await on.time.runFor(2e6);
    worker(on, 1).taken.shift()?.begin({ status: 200, fields: [] });
    worker(on, 1).ask();
    on.arrive(waiting);
    await on.time.runFor(2e6);
    assert.equal(worker(on, 1).taken.length, 1);
    worker(on, 1).end();
    await on.time.runFor(100e6);
    assert.match(accepted.answer, /^200 …!the instance that had it ended/);
    assert.equal(waiting.answer, "");
    assert.equal(worker(on, 2).taken.length, 1);
  });

  test("ends no instance that has connections for one that it does not accept", async () => {
    const on = bench({ atOnceMax: 9, instancesMax: 1, timeoutNs: 1e9 });
    const [accepted, waiting] = [1, 2].map(() => new Sent("CONNECT", openBody().body));
    assert.ok(accepted !== undefined && waiting !== undefined);
    on.arrive(accepted);
    await on.time.runFor(2e6);
    worker(on, 1).taken.shift()?.begin({ status: 200, fields: [] });
    worker(on, 1).ask();
    on.arrive(waiting);
    await on.time.runFor(2e9);
    assert.match(waiting.answer, /^504/);
    assert.deepEqual([accepted.answer, worker(on, 1).isOver], ["200 …", false]);
    const empty = bench({ instancesMax: 1, timeoutNs: 1e9 });
    empty.arrive(new Sent("CONNECT", openBody().body));
    await empty.time.runFor(2e9);
    assert.ok(worker(empty, 1).isOver);
  });
});

/** A body that goes on until it is ended. */
function openBody(): { readonly body: ByteSource; readonly end: () => void } {
  let pulled: ((result: SourceAnswer) => void) | undefined;
  return {
    body: { pull: (_bytesMax, answer) => (pulled = answer), close: () => undefined },
    end: () => pulled?.("end"),
  };
}
