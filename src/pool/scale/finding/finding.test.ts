import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { describeFinding, type Finding } from "./finding.ts";
import { reportOf } from "./finding-report.ts";
import { FindingLog } from "./finding-log.ts";

function finding(atNs: number, decided: string, by: Finding["by"] = "replicas"): Finding {
  return { atNs, by, saw: { callsPerSecond: 12.345, readyCount: 3 }, decided, why: "steady" };
}

suite("findings", () => {
  test("read as one line: who, what, why, and what was seen", () => {
    assert.equal(
      describeFinding(finding(0, "4 instances")),
      "replicas: 4 instances: the load is what the instances are for" +
        " (calls per second 12.3, ready 3)",
    );
  });

  test("that repeat take one place, which says since when and how often", () => {
    const log = new FindingLog();
    for (const atNs of [10, 20, 30]) log.note(finding(atNs, "4 instances"));
    assert.deepEqual(
      log.entries().map(({ sinceNs, times, finding: { atNs } }) => [sinceNs, times, atNs]),
      [[10, 3, 30]],
    );
  });

  test("of one controller are told apart from those of another", () => {
    const log = new FindingLog();
    for (const atNs of [10, 20]) {
      log.note(finding(atNs, "4 instances"));
      log.note(finding(atNs, "9 in flight", "limit"));
    }
    assert.deepEqual(
      log.entries().map(({ times }) => times),
      [2, 2],
    );
  });

  test("are told with their ages, their sentence, and numbers only", () => {
    const log = new FindingLog();
    log.note(finding(10, "4 instances"));
    log.note({ ...finding(20, "4 instances"), saw: { readyCount: 3, eachPerSecond: Infinity } });
    assert.deepEqual(
      log.entries().map((kept) => reportOf(kept, 50)),
      [
        {
          by: "replicas",
          decided: "4 instances",
          reason: "steady",
          why: "the load is what the instances are for",
          saw: { readyCount: 3 },
          sinceNs: 40,
          ageNs: 30,
          times: 2,
        },
      ],
    );
  });

  test("of one controller leave room for those of others", () => {
    const log = new FindingLog(2);
    log.note(finding(0, "4 instances"));
    for (let count = 1; count <= 5; count++) log.note(finding(count, `${count} calls`, "limit"));
    assert.deepEqual(
      log.entries().map((kept) => kept.finding.decided),
      ["4 instances", "4 calls", "5 calls"],
    );
  });

  test("are bounded: the oldest goes first", () => {
    const log = new FindingLog(2);
    for (let count = 1; count <= 5; count++) log.note(finding(count, `${count} instances`));
    assert.deepEqual(
      log.entries().map((kept) => kept.finding.decided),
      ["4 instances", "5 instances"],
    );
  });
});
