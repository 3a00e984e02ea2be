import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Histogram } from "#core/base";
import type { ExitReason } from "#core/sys";
import { addUsage, noUsage } from "#pool/host";
import { noTraffic } from "#pool/traffic";
import { Tally } from "./tally.ts";

suite("tally", () => {
  test("tells ends apart by what they mean", () => {
    const tally = new Tally();
    const reasons: readonly ExitReason[] = [
      { kind: "exited", code: 0 },
      { kind: "exited", code: 0 },
      { kind: "exited", code: 9 },
      { kind: "trapped", what: "unreachable", stack: [] },
      { kind: "killed", by: { who: "somebody" } },
      { kind: "killed", by: { limit: "memory", allowed: "1 MiB" } },
      { kind: "refused", code: "IMAGE_UNKNOWN", why: "", hint: "" },
    ];
    for (const reason of reasons) tally.ended(reason, { lifeNs: 0, usage: noUsage });
    assert.deepEqual(tally.ends, {
      exited: 2,
      failed: 1,
      trapped: 1,
      killed: 1,
      "limit-memory": 1,
      refused: 1,
    });
  });

  test("adds up what was used, takes the highest peak, and keeps no memory of the dead", () => {
    const tally = new Tally();
    const usage = { ...noUsage, cpuNs: 2, memoryBytes: 10, memoryPeakBytes: 20, calls: 3 };
    const reason = { kind: "exited", code: 0 } as const;
    tally.ended(reason, { lifeNs: 0, usage });
    tally.ended(reason, { lifeNs: 0, usage: { ...usage, memoryPeakBytes: 15 } });
    assert.deepEqual(tally.used, { ...noUsage, cpuNs: 4, memoryPeakBytes: 20, calls: 6 });
    assert.equal(addUsage(usage, usage).memoryBytes, 20);
  });

  test("adds up what came to those that served, of whom none is there any more", () => {
    const tally = new Tally();
    const reason = { kind: "exited", code: 0 } as const;
    const summonSeconds = new Histogram();
    summonSeconds.record(0.25);
    const traffic = {
      ...noTraffic,
      ready: 2,
      inFlight: 1,
      arrived: 5,
      answered: { "2xx": 4 },
      refused: { waited: 1 },
      summonSeconds: summonSeconds.view(),
    };
    tally.ended(reason, { lifeNs: 0, usage: noUsage, traffic });
    assert.equal(tally.traffic?.coldSeconds, undefined);
    const [line, start, run] = [summonSeconds.view(), summonSeconds.view(), summonSeconds.view()];
    const cold = { ...noTraffic, coldSeconds: { line, start, run } };
    for (let times = 0; times < 2; times++) {
      tally.ended(reason, { lifeNs: 0, usage: noUsage, traffic: cold });
    }
    tally.ended(reason, { lifeNs: 0, usage: noUsage, traffic });
    const { ready, inFlight, arrived, answered, refused } = tally.traffic ?? noTraffic;
    assert.deepEqual(
      { ready, inFlight, arrived, answered, refused },
      { ready: 0, inFlight: 0, arrived: 10, answered: { "2xx": 8 }, refused: { waited: 2 } },
    );
    const { summonSeconds: summons, coldSeconds } = tally.traffic ?? noTraffic;
    assert.deepEqual([summons.count, coldSeconds?.line.count, coldSeconds?.run.sum], [2, 2, 0.5]);
  });

  test("keeps how long lives were and what they computed, where that is known", () => {
    const tally = new Tally();
    const reason = { kind: "exited", code: 0 } as const;
    tally.ended(reason, { lifeNs: 2e9, usage: { ...noUsage, cpuNs: 5e8 } });
    tally.ended(reason, { lifeNs: 1e3, usage: { ...noUsage, wallNs: 1e9 } });
    tally.ended(reason, { lifeNs: 4e9, usage: undefined });
    tally.replaced(3e9);
    const { lifeSeconds, cpuSeconds, restartSeconds } = tally.histograms;
    const told = [lifeSeconds, cpuSeconds, restartSeconds].map(({ count, sum }) => [count, sum]);
    assert.deepEqual(told, [
      [3, 7],
      [2, 0.5],
      [1, 3],
    ]);
  });
});
