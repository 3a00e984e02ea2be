import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import type { IncomingRequest } from "#core/host/traffic";
import { noUsage } from "#pool/host";
import type { RehearsalReport } from "#pool/renewal";
import type { KeptExchange } from "./exchange.ts";
import { Rehearsal, type RehearsedBuild } from "./rehearsal.ts";

const encoder = new TextEncoder();

/** What instances of a build do with a request; "end" and "hang" are what they say. */
type Behaviour = (
  target: string,
  at: { readonly nowNs: number; readonly count: number },
) => { readonly status?: number; readonly body: string } | "end" | "hang" | "give up" | "fail";

interface Bench {
  readonly time: SimulatedHost["time"];
  /** How many instances were started, and how many are there. */
  readonly counts: { started: number; here: number };
  readonly build: (
    behaviour: Behaviour,
    policy?: Partial<RehearsedBuild["policy"]>,
  ) => RehearsedBuild;
  readonly run: (
    builds: { readonly serving: RehearsedBuild; readonly fresh: RehearsedBuild },
    targets?: readonly string[],
  ) => Promise<RehearsalReport>;
}

function kept(target: string, status = 200): KeptExchange {
  const head = { method: "GET", scheme: "http", authority: "x", target, fields: [] } as const;
  const answer = { head: { status, fields: [] }, body: encoder.encode("recorded") };
  return { head, body: undefined, answer };
}

function bench(): Bench {
  const { time } = simulatedHost({ seed: 1 });
  const counts = { started: 0, here: 0 };
  const build: Bench["build"] = (behaviour, policy = {}) => {
    let complaint = "";
    const start: RehearsedBuild["start"] = (inlet, { ended, failed }) => {
      counts.started += 1;
      counts.here += 1;
      let isOver = false;
      let count = 0;
      const over = (code: number): void => {
        if (isOver) return;
        isOver = true;
        counts.here -= 1;
        inlet.close();
        time.next(() => ended({ kind: "exited", code }));
      };
      const take = (request: IncomingRequest | "end"): void => {
        if (isOver) return;
        // It has still to answer what it has.
        if (request === "end") return void time.after(2e6, () => over(0));
        count += 1;
        const does = behaviour(request.head.target, { nowNs: time.monotonicNs(), count });
        if (does === "end") return over(7);
        if (does === "hang") return;
        if (does === "give up") request.abandon("it gave up");
        else if (does === "fail") {
          request.abandon("its process ended");
          complaint = "no such thing";
          failed({ kind: "exited", code: 3 });
        } else {
          const { status = 200, body } = does;
          time.after(1e6, () => request.respond({ status, fields: [] }, encoder.encode(body)));
        }
        inlet.next(take);
      };
      time.after(1e6, () => inlet.next(take));
      return { usage: noUsage, end: () => over(1) };
    };
    return {
      start,
      takeComplaint: () => {
        const taken = complaint;
        complaint = "";
        return taken;
      },
      policy: { callsMax: Infinity, timeoutNs: 30e9, ...policy },
      callsRefused: () => 0,
    };
  };
  const run: Bench["run"] = (builds, targets = ["/a", "/b"]) =>
    time.until(
      new Rehearsal(builds, { clock: time, turns: time }).run(targets.map((each) => kept(each))),
    );
  return { time, counts, build, run };
}

/** Requests with the places at which their answers differ. */
function told({ answers }: RehearsalReport): readonly string[] {
  return answers.flatMap(({ method, target, differences }) =>
    differences.map(
      ({ place, before, after }) => `${method} ${target} ${place}: ${before} -> ${after}`,
    ),
  );
}

function numbers(report: RehearsalReport): readonly number[] {
  const { recent, made, same, differing, unsettled } = report;
  return [recent, made, same, differing, unsettled];
}

suite("rehearsal", () => {
  test("of a build that answers alike finds nothing, and leaves nothing", async () => {
    const on = bench();
    const same: Behaviour = (target) => ({ body: target });
    const report = await on.run({ serving: on.build(same), fresh: on.build(same) });
    assert.deepEqual(numbers(report), [2, 2, 2, 0, 0]);
    assert.deepEqual([report.answers, report.doubts, report.unsteady], [[], [], []]);
    assert.deepEqual(on.counts, { started: 3, here: 0 });
  });

  test("names what a build answers otherwise", async () => {
    const on = bench();
    const serving = on.build(() => ({ body: `{"price":300}` }));
    const fresh = on.build((target) =>
      target === "/a" ? { body: `{"price":3}` } : { status: 500, body: "" },
    );
    const report = await on.run({ serving, fresh });
    assert.deepEqual(told(report), [
      "GET /a $.price: 300 -> 3",
      "GET /b status: 200 -> 500",
      `GET /b body line 1: {"price":300} -> `,
    ]);
    assert.deepEqual(numbers(report), [2, 2, 0, 2, 0]);
  });

  test("leaves out what differs from answer to answer of the build that serves", async () => {
    const on = bench();
    // The second and the third have one random number by chance; the others do not.
    const random = ["a", "b", "c", "d"].values();
    const draw: Behaviour = (target, { nowNs }) => ({
      body: JSON.stringify({ nowNs, items: [{ id: target === "/s" ? "a" : random.next().value }] }),
    });
    const fresh: Behaviour = (target, { nowNs }) => ({
      body: JSON.stringify({ nowNs, items: [{ id: "z" }], new: target }),
    });
    const report = await on.run({ serving: on.build(draw), fresh: on.build(fresh) }, ["/x", "/s"]);
    assert.deepEqual(told(report), [
      `GET /x $.new: (nothing) -> "/x"`,
      `GET /s $.items[0].id: "a" -> "z"`,
      `GET /s $.new: (nothing) -> "/s"`,
    ]);
    assert.deepEqual(report.unsteady, ["GET /x $.nowNs", "GET /x $.items[*].id", "GET /s $.nowNs"]);
  });

  test("knows what is unsteady for all requests of a kind, also where it is not", async () => {
    const on = bench();
    const coin = [0, 1, 0, 0].values();
    const serving = on.build(() => ({ body: `{"coin":${coin.next().value}}` }));
    const fresh = on.build(() => ({ body: `{"coin":1}` }));
    const report = await on.run({ serving, fresh }, ["/coin?1", "/coin?2"]);
    assert.deepEqual([told(report), numbers(report)], [[], [2, 2, 2, 0, 0]]);
  });

  test("is not misled by time that passes between two builds", async () => {
    const on = bench();
    // Coarse, so that it changes between some two of the three.
    const clock: Behaviour = (_target, { nowNs }) => ({
      body: `{"at":${Math.floor(nowNs / 5e6)}}`,
    });
    const targets = Array.from({ length: 30 }, (_, at) => `/${at}`);
    const report = await on.run({ serving: on.build(clock), fresh: on.build(clock) }, targets);
    assert.deepEqual(told(report), []);
    assert.ok(report.unsteady.length > 0);
  });

  test("says nothing where the build that serves does not answer aside as it did", async () => {
    const on = bench();
    const serving = on.build((target) => (target === "/a" ? "end" : { status: 502, body: "" }));
    const fresh = on.build((target) =>
      target === "/a" ? { body: "" } : { status: 502, body: "" },
    );
    const report = await on.run({ serving, fresh });
    assert.deepEqual(numbers(report), [2, 2, 0, 0, 2]);
    assert.deepEqual(report.doubts, [
      "GET /a: 200, aside none: exited(7)",
      "GET /b: 200, aside 502",
    ]);
  });

  test("says that requests to others were refused, and of which answers", async () => {
    const on = bench();
    let refused = 0;
    const serving = on.build(() => ({ body: "" }));
    const fresh = on.build((target) => {
      if (target === "/b") return { body: "" };
      refused += 2;
      return { status: 502, body: "" };
    });
    const builds = { serving, fresh: { ...fresh, callsRefused: () => refused } };
    const report = await on.run(builds);
    assert.deepEqual(numbers(report), [2, 2, 1, 1, 0]);
    assert.deepEqual([report.callsRefused, report.answers[0]?.callsRefused], [2, 2]);
  });

  test("goes on after an instance that ends, gives up or hangs", async () => {
    const on = bench();
    const serving = on.build((target) => ({ body: target }));
    const ways = { "/end": "end", "/up": "give up", "/fail": "fail", "/hang": "hang" } as const;
    const fresh = on.build((target) => ways[target as keyof typeof ways] ?? { body: target });
    const targets = ["/end", "/1", "/up", "/2", "/fail", "/hang", "/3"];
    const startNs = on.time.monotonicNs();
    const report = await on.run({ serving, fresh }, targets);
    assert.deepEqual(told(report), [
      "GET /end answer: 200 -> none: exited(7)",
      "GET /up answer: 200 -> none: it gave up",
      "GET /fail answer: 200 -> none: exited(3): no such thing",
      "GET /hang answer: 200 -> none: it did not answer within 5 s",
    ]);
    assert.deepEqual(numbers(report), [7, 7, 3, 4, 0]);
    assert.ok(on.time.monotonicNs() - startNs < 6e9);
    assert.equal(on.counts.here, 0);
  });

  test("has as many requests of one instance as its policy says", async () => {
    const on = bench();
    const counted: Behaviour = (_target, { count }) => ({ body: `${count}` });
    const once = on.build(counted, { callsMax: 1 });
    const report = await on.run({ serving: on.build(counted), fresh: once }, ["/1", "/2", "/3"]);
    assert.deepEqual(told(report), ["GET /2 body line 1: 2 -> 1", "GET /3 body line 1: 3 -> 1"]);
    assert.deepEqual(on.counts, { started: 5, here: 0 });
  });

  test("is over after half a minute, whatever it is at", async () => {
    const on = bench();
    const serving = on.build(() => "hang");
    const targets = Array.from({ length: 64 }, (_, at) => `/${at}`);
    const startNs = on.time.monotonicNs();
    const report = await on.run({ serving, fresh: serving }, targets);
    assert.ok(on.time.monotonicNs() - startNs < 46e9);
    assert.deepEqual(numbers(report), [64, 2, 0, 0, 2]);
  });

  test("ends at once where what is rehearsed ends", async () => {
    const on = bench();
    const serving = on.build(() => "hang");
    const { time } = on;
    const rehearsal = new Rehearsal({ serving, fresh: serving }, { clock: time, turns: time });
    const run = rehearsal.run([kept("/a"), kept("/b")]);
    await time.runFor(1e9);
    const endNs = time.monotonicNs();
    assert.equal(on.counts.here, 1);
    const ended = rehearsal.end("its end");
    await time.until(Promise.all([run, ended]));
    assert.equal(on.counts.here, 0);
    assert.ok(time.monotonicNs() - endNs < 0.1e9);
  });

  test("of nothing starts nothing", async () => {
    const on = bench();
    const serving = on.build(() => "hang");
    assert.deepEqual(numbers(await on.run({ serving, fresh: serving }, [])), [0, 0, 0, 0, 0]);
    assert.equal(on.counts.started, 0);
  });
});
