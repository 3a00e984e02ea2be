import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import type { ByteSink } from "#core/host";
import type {
  Fields,
  IncomingRequest,
  Message,
  MessageChannel,
  ResponseHead,
} from "#core/host/traffic";
import type { Errno, ExitReason } from "#core/sys";
import { defaultServePolicy, noUsage, type ServePolicy } from "#pool/host";
import type { RenewalNews } from "#pool/renewal";
import type { StartInstance } from "#pool/ingress";
import { Rollout } from "#pool/rollout";
import { Commons } from "#pool/scale/governor";

/** A request that remembers what became of it. */
class Sent implements IncomingRequest {
  readonly head: IncomingRequest["head"];
  readonly body: undefined = undefined;
  readonly isUpgrade = true;
  answer = "";

  constructor(fields: Fields = []) {
    this.head = { method: "GET", scheme: "http", authority: "x", target: "/", fields };
  }

  respond({ status }: ResponseHead, body: Uint8Array): void {
    assert.equal(this.answer, "");
    this.answer = `${status} ${new TextDecoder().decode(body)}`;
  }

  begin({ status }: ResponseHead): ByteSink {
    this.answer = `${status} …`;
    return { push: () => undefined, close: () => (this.answer += ".") };
  }

  accept(): MessageChannel {
    this.answer = "socket";
    return {
      receive: (_answer: (result: Message | Errno) => void) => undefined,
      send: () => undefined,
      close: (code) => (this.answer += ` closed ${code}`),
    };
  }

  abandon(why: string): void {
    this.answer += `!${why}`;
  }

  whenGone(): void {
    // Nobody leaves here.
  }
}

/** How the instances of a build behave. */
interface Behaviour {
  readonly name: string;
  /** From its start until it asks for a request; `Infinity` is never. */
  readonly startNs?: number;
  readonly takesNs?: number;
  /** It ends when it has started. */
  readonly isBroken?: boolean;
  readonly status?: (target: string, call: number) => number;
  /** Answers itself, other than with its name. */
  readonly answer?: (request: IncomingRequest) => void;
}

interface Bench {
  readonly time: SimulatedHost["time"];
  readonly rollout: Rollout;
  /** Kinds and reasons. */
  readonly told: string[];
  readonly news: RenewalNews[];
  readonly failures: ExitReason[];
  /** Names of instances that are there. */
  readonly here: string[];
  emptied: number;
  readonly start: (behaviour: Behaviour) => StartInstance;
  /** Sends so many calls, one each so often, and answers what became of them, counted. */
  readonly call: (count: number, everyNs?: number) => Promise<Readonly<Record<string, number>>>;
}

function bench(policy: Partial<ServePolicy> = {}, first: Behaviour = { name: "old" }): Bench {
  const { time } = simulatedHost({ seed: 1 });
  const news: RenewalNews[] = [];
  const told: string[] = [];
  const failures: ExitReason[] = [];
  const here: string[] = [];
  const on = { emptied: 0 };
  let seed = 0;
  const rollout = new Rollout(
    "shop/web",
    { ...defaultServePolicy, ...policy },
    {
      clock: time,
      turns: time,
      commons: new Commons(time.monotonicNs(), () => 0),
      cpuNs: () => 0,
      chance: () => (seed = (seed + 0.618_033_988_75) % 1),
      failed: (reason) => failures.push(reason),
      renewed: (each) => {
        news.push(each);
        told.push(`${each.kind} ${each.revision} serving ${each.serving}`);
      },
      emptied: () => (on.emptied += 1),
    },
  );
  const start = (behaviour: Behaviour) => startOf(behaviour, { time, here });
  rollout.open({ revision: 1, start: start(first) });
  const call = async (count: number, everyNs = 10e6): Promise<Record<string, number>> => {
    const sent = Array.from({ length: count }, () => new Sent());
    for (const each of sent) {
      rollout.arrive(each);
      await time.runFor(everyNs);
    }
    const counted: Record<string, number> = {};
    for (const { answer } of sent) counted[answer] = (counted[answer] ?? 0) + 1;
    return counted;
  };
  return Object.assign(on, { time, rollout, told, news, failures, here, start, call });
}

function startOf(
  { name, startNs = 1e6, takesNs = 1e6, isBroken = false, status = () => 200, answer }: Behaviour,
  { time, here }: Pick<Bench, "time" | "here">,
): StartInstance {
  let calls = 0;
  return (inlet, ended) => {
    let isOver = false;
    here.push(name);
    const end = (reason: ExitReason): void => {
      if (isOver) return;
      isOver = true;
      here.splice(here.indexOf(name), 1);
      inlet.close();
      ended(reason);
    };
    const ask = (): void => {
      if (isOver) return;
      inlet.next((request) => {
        // One that answers in its own way has what goes on, and stays for that.
        if (request === "end") return answer ?? end({ kind: "exited", code: 0 });
        time.after(takesNs, () => {
          calls += 1;
          if (isOver) return;
          if (answer !== undefined) answer(request);
          else {
            const head = { status: status(request.head.target, calls), fields: [] };
            request.respond(head, new TextEncoder().encode(name));
          }
        });
        ask();
      });
    };
    if (isBroken) time.after(startNs, () => end({ kind: "exited", code: 1 }));
    else if (Number.isFinite(startNs)) time.after(startNs, ask);
    return { usage: noUsage, end: (who) => time.next(() => end({ kind: "killed", by: { who } })) };
  };
}

suite("rollout: another build", () => {
  test("takes over when it is ready, without a request that fails", async () => {
    const on = bench();
    assert.deepEqual(await on.call(20), { "200 old": 20 });
    on.rollout.renew({ revision: 2, start: on.start({ name: "new", startNs: 55e6 }) });
    assert.deepEqual(await on.call(20), { "200 old": 6, "200 new": 14 });
    await on.time.runFor(1e9);
    assert.deepEqual([on.here, on.told], [["new"], ["trial 2 serving 2"]]);
    await on.time.runFor(20e9);
    assert.deepEqual(on.told, ["trial 2 serving 2", "kept 2 serving 2"]);
    const { arrived, answered } = on.rollout.traffic;
    assert.deepEqual([arrived, answered], [40, { "2xx": 40 }]);
  });

  test("is tried although nobody calls, and takes those that wait for the one before", async () => {
    const on = bench({ instancesMax: 1 }, { name: "old", startNs: Infinity });
    const waiting = new Sent();
    on.rollout.arrive(waiting);
    await on.time.runFor(1e9);
    on.rollout.renew({ revision: 2, start: on.start({ name: "new" }) });
    await on.time.runFor(1e9);
    assert.equal(waiting.answer, "200 new");
  });

  test("goes when it fails to start three times, and nothing was lost by it", async () => {
    const on = bench();
    on.rollout.renew({ revision: 2, start: on.start({ name: "new", isBroken: true }) });
    assert.deepEqual(await on.call(500), { "200 old": 500 });
    assert.deepEqual(on.told, ["reverted 2 serving 1"]);
    assert.deepEqual([on.news[0]?.why, on.failures.length], ["exited(1)", 3]);
    await on.time.runFor(20e9);
    assert.equal(on.rollout.traffic.starting, 0);
  });

  test("goes when it does not ask for a request within the time of an answer", async () => {
    const on = bench({ timeoutNs: 2e9 });
    on.rollout.renew({ revision: 2, start: on.start({ name: "new", startNs: Infinity }) });
    await on.time.runFor(60e9);
    assert.deepEqual(on.told, ["reverted 2 serving 1"]);
    assert.match(on.news[0]?.why ?? "", /did not start within 2 s/);
  });

  test("is forgotten for a newer one, and the newest serves", async () => {
    const on = bench();
    on.rollout.renew({ revision: 2, start: on.start({ name: "slow", startNs: 5e9 }) });
    on.rollout.renew({ revision: 3, start: on.start({ name: "new" }) });
    await on.time.runFor(1e9);
    on.rollout.renew({ revision: 4, start: on.start({ name: "newest" }) });
    await on.time.runFor(10e6);
    assert.deepEqual(await on.call(10, 1e9), { "200 newest": 10 });
    await on.time.runFor(30e9);
    assert.deepEqual(on.told, [
      "trial 3 serving 3",
      "kept 3 serving 3",
      "trial 4 serving 4",
      "kept 4 serving 4",
    ]);
    assert.equal(on.here.includes("slow"), false);
  });

  test("ends with all others, once", async () => {
    const on = bench();
    await on.call(3);
    on.rollout.renew({ revision: 2, start: on.start({ name: "new" }) });
    await on.time.runFor(0.5e6);
    on.rollout.close();
    await on.time.runFor(20e9);
    assert.deepEqual([on.emptied, on.here], [1, []]);
    const late = new Sent();
    on.rollout.arrive(late);
    assert.match(late.answer, /^503 .*takes no more requests/);
  });
});

suite("rollout: the probe", () => {
  test("is answered well before anybody is served by it", async () => {
    const on = bench({ probe: "/health" });
    const targets: string[] = [];
    const status = (target: string): number => {
      targets.push(target);
      return 204;
    };
    on.rollout.renew({ revision: 2, start: on.start({ name: "new", takesNs: 50e6, status }) });
    assert.deepEqual(await on.call(4), { "200 old": 4 });
    await on.time.runFor(100e6);
    assert.deepEqual([targets, on.told], [["/health"], ["trial 2 serving 2"]]);
  });

  for (const [what, behaviour, why] of [
    ["5xx", { status: () => 503 }, /its probe GET \/health was answered with 503/],
    ["4xx", { status: () => 404 }, /its probe GET \/health was answered with 404/],
    ["nothing in time", { takesNs: Infinity }, /it answered nothing for 2 s/],
  ] as const) {
    test(`keeps a build out that answers ${what}`, async () => {
      const on = bench({ probe: "/health", timeoutNs: 2e9 });
      on.rollout.renew({ revision: 2, start: on.start({ name: "new", ...behaviour }) });
      assert.deepEqual(await on.call(100, 0.2e9), { "200 old": 100 });
      assert.deepEqual(on.told, ["reverted 2 serving 1"]);
      assert.match(on.news[0]?.why ?? "", why);
      assert.equal(on.here.includes("new"), false);
    });
  }

  test("may be answered well by a later instance, twice no matter how", async () => {
    const on = bench({ probe: "/health" });
    const status = (_target: string, call: number): number => (call < 3 ? 500 : 200);
    on.rollout.renew({ revision: 2, start: on.start({ name: "new", status }) });
    await on.time.runFor(5e9);
    assert.deepEqual(on.told, ["trial 2 serving 2"]);
  });
});

suite("rollout: the trial", () => {
  test("brings the build before back where the new one fails more often", async () => {
    const on = bench();
    await on.call(200);
    const status = (): number => 500;
    on.rollout.renew({ revision: 2, start: on.start({ name: "new", status }) });
    const seen = await on.call(300);
    assert.deepEqual(on.told, ["trial 2 serving 2", "reverted 2 serving 1"]);
    assert.equal(
      on.news[1]?.why,
      "99 of 99 calls failed; of the build before, 0 of 200 calls failed",
    );
    assert.ok((seen["500 new"] ?? 0) <= 102, "a second, and no more");
    assert.deepEqual(await on.call(20), { "200 old": 20 });
    assert.deepEqual([...new Set(on.here)], ["old"]);
  });

  test("brings it back where the new one is far slower", async () => {
    const on = bench();
    await on.call(200);
    on.rollout.renew({ revision: 2, start: on.start({ name: "new", takesNs: 200e6 }) });
    await on.call(300);
    assert.deepEqual(on.told, ["trial 2 serving 2", "reverted 2 serving 1"]);
    assert.match(on.news[1]?.why ?? "", /^50 % of \d+ calls took up to \d+ ms/);
  });

  test("blames no build for what the one before did as well", async () => {
    const on = bench({}, { name: "old", status: (_target, call) => (call % 2 === 0 ? 500 : 200) });
    await on.call(200);
    const status = (_target: string, call: number): number => (call % 2 === 0 ? 502 : 200);
    on.rollout.renew({ revision: 2, start: on.start({ name: "new", status }) });
    await on.call(1500);
    assert.deepEqual(on.told, ["trial 2 serving 2", "kept 2 serving 2"]);
  });

  test("is over after its time, and then nothing brings the build before back", async () => {
    const on = bench({ trialNs: 2e9 });
    await on.call(100);
    const status = (_target: string, call: number): number => (call > 300 ? 500 : 200);
    on.rollout.renew({ revision: 2, start: on.start({ name: "new", status }) });
    await on.call(600);
    assert.deepEqual(on.told, ["trial 2 serving 2", "kept 2 serving 2"]);
    const none = bench({ trialNs: 0 });
    none.rollout.renew({ revision: 2, start: none.start({ name: "new" }) });
    await none.time.runFor(1e9);
    assert.deepEqual(none.told, ["kept 2 serving 2"]);
  });

  test("measures a build by what the one before did lately, not by its good old days", async () => {
    const on = bench({}, { name: "old", status: (_target, call) => (call > 5000 ? 500 : 200) });
    await on.call(10_000);
    on.rollout.renew({ revision: 2, start: on.start({ name: "new", status: () => 500 }) });
    await on.call(1200);
    assert.deepEqual(on.told, ["trial 2 serving 2", "kept 2 serving 2"]);
  });
});

suite("rollout: what goes on and on with a build that leaves", () => {
  test("has its time, and is ended then: WebSockets by a close frame", async () => {
    const on = bench(
      { drainNs: 5e9, idleNsMin: 60e9, instancesMax: 1 },
      {
        name: "old",
        answer: (request) => {
          if (request.head.fields.length > 0) request.accept([]);
          else request.begin({ status: 200, fields: [] });
        },
      },
    );
    const [stream, socket] = [new Sent(), new Sent(["upgrade", "websocket"])];
    on.rollout.arrive(stream);
    on.rollout.arrive(socket);
    await on.time.runFor(10e6);
    on.rollout.renew({ revision: 2, start: on.start({ name: "new" }) });
    await on.time.runFor(4.9e9);
    assert.deepEqual([stream.answer, socket.answer], ["200 …", "socket"]);
    assert.deepEqual([...new Set(on.here)], ["old", "new"]);
    await on.time.runFor(0.3e9);
    assert.match(stream.answer, /^200 …!what served it leaves, and it went on for 5 s more/);
    assert.equal(socket.answer, "socket closed 1001");
    assert.equal(on.rollout.traffic.refused["drained"], 1);
    await on.time.runFor(10e9);
    assert.deepEqual([[...new Set(on.here)], on.failures], [["new"], []]);
  });
});

suite("rollout: a canary", () => {
  const canary = { part: 0.2, forNs: 60e9 };

  test("has its share of the calls, until it is promoted", async () => {
    const on = bench();
    await on.call(50);
    on.rollout.renew({ revision: 2, start: on.start({ name: "new" }), canary: { part: 0.2 } });
    await on.time.runFor(10e6);
    const seen = await on.call(1000);
    const fresh = seen["200 new"] ?? 0;
    assert.ok(fresh > 170 && fresh < 230, `${fresh} of 1000`);
    await on.time.runFor(1e12);
    assert.deepEqual(on.told, ["canary 2 serving 1"]);
    assert.equal(on.news[0]?.why, "20 % of the calls");
    assert.equal(on.rollout.promote(), true);
    assert.deepEqual(await on.call(50), { "200 new": 50 });
    assert.deepEqual(on.told, ["canary 2 serving 1", "trial 2 serving 2"]);
    assert.equal(on.rollout.promote(), false);
  });

  test("that tries for other shares, too, has their part of the calls", async () => {
    const on = bench();
    await on.call(50);
    const shared = { part: 0.2, shareCount: 2 };
    on.rollout.renew({ revision: 2, start: on.start({ name: "new" }), canary: shared });
    await on.time.runFor(10e6);
    const fresh = (await on.call(1000))["200 new"] ?? 0;
    assert.ok(fresh > 360 && fresh < 440, `${fresh} of 1000`);
    assert.equal(on.news[0]?.why, "20 % of the calls");
    const more = bench();
    const most = { part: 0.6, shareCount: 2 };
    more.rollout.renew({ revision: 2, start: more.start({ name: "new" }), canary: most });
    await more.time.runFor(10e6);
    assert.equal(more.news[0]?.why, "50 % of the calls");
  });

  test("answers a request with an id as it did before", async () => {
    const on = bench();
    on.rollout.renew({ revision: 2, start: on.start({ name: "new" }), canary: { part: 0.5 } });
    await on.time.runFor(10e6);
    const answers: Record<string, string[]> = {};
    for (let round = 0; round < 3; round++) {
      for (let id = 0; id < 40; id++) {
        const sent = new Sent(["x-request-id", `id-${id}`]);
        on.rollout.arrive(sent);
        await on.time.runFor(5e6);
        (answers[id] ??= []).push(sent.answer);
      }
    }
    const distinct = Object.values(answers).map((all) => [...new Set(all)]);
    assert.ok(distinct.every((all) => all.length === 1));
    const fresh = distinct.filter(([answer]) => answer === "200 new").length;
    assert.ok(fresh > 10 && fresh < 30, `${fresh} of 40`);
  });

  test("has all of them when its time is over, and is on trial then", async () => {
    const on = bench();
    on.rollout.renew({ revision: 2, start: on.start({ name: "new" }), canary });
    await on.time.runFor(62e9);
    assert.deepEqual(on.told, ["canary 2 serving 1", "trial 2 serving 2"]);
    assert.equal(on.news[0]?.forNs, 60e9);
  });

  test("goes when it is worse than the build beside it", async () => {
    const on = bench();
    await on.call(50);
    const status = (): number => 500;
    on.rollout.renew({ revision: 2, start: on.start({ name: "new", status }), canary });
    const seen = await on.call(2000);
    assert.deepEqual(on.told, ["canary 2 serving 1", "reverted 2 serving 1"]);
    assert.ok((seen["500 new"] ?? 0) < 60);
    assert.deepEqual(await on.call(20), { "200 old": 20 });
  });
});
