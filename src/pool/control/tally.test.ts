import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ExitReason } from "#core/sys";
import { addUsage, noUsage, Tally } from "./tally.ts";

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
    for (const reason of reasons) tally.ended(reason, noUsage);
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
    tally.ended({ kind: "exited", code: 0 }, usage);
    tally.ended({ kind: "exited", code: 0 }, { ...usage, memoryPeakBytes: 15 });
    assert.deepEqual(tally.used, { ...noUsage, cpuNs: 4, memoryPeakBytes: 20, calls: 6 });
    assert.equal(addUsage(usage, usage).memoryBytes, 20);
  });
});
