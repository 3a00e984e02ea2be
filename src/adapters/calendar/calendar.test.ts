import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { calendar } from "./mod.ts";

/** The next times after a moment. */
function next(expression: string, zone: string, from: string, count: number): readonly string[] {
  const times = calendar.cron(expression, zone);
  const found: string[] = [];
  let atMs: number | undefined = Date.parse(from);
  while (found.length < count) {
    atMs = times.after(atMs);
    if (atMs === undefined) break;
    found.push(new Date(atMs).toISOString().slice(5, 16));
  }
  return found;
}

const berlin = "Europe/Berlin";

suite("a cron expression", () => {
  test("names times on the wall of its zone", () => {
    const midsummer = "2026-06-20T00:00:00Z";
    assert.deepEqual(next("30 2 * * *", "UTC", midsummer, 2), ["06-20T02:30", "06-21T02:30"]);
    assert.deepEqual(next("30 2 * * *", berlin, midsummer, 1), ["06-20T00:30"]);
    assert.deepEqual(next("*/15 9-17 * * MON-FRI", "UTC", midsummer, 2), [
      "06-22T09:00",
      "06-22T09:15",
    ]);
  });

  test("names either of two days", () => {
    assert.deepEqual(next("0 0 1 * MON", "UTC", "2026-06-25T00:00:00Z", 3), [
      "06-29T00:00",
      "07-01T00:00",
      "07-06T00:00",
    ]);
  });

  test("comes when the hour is over that is left out in spring, once", () => {
    // From 02:00 to 03:00 on March 29, at 01:00 of UTC.
    const before = "2026-03-28T12:00:00Z";
    assert.deepEqual(next("30 2 * * *", berlin, before, 2), ["03-29T01:00", "03-30T00:30"]);
    assert.deepEqual(next("30 3 * * *", berlin, before, 1), ["03-29T01:30"]);
    assert.deepEqual(next("30 * * * *", berlin, "2026-03-29T00:00:00Z", 3), [
      "03-29T00:30",
      "03-29T01:30",
      "03-29T02:30",
    ]);
  });

  test("comes the first time of two in autumn, unless it comes every hour or in steps", () => {
    // From 03:00 to 02:00 on October 25, at 01:00 of UTC.
    const before = "2026-10-24T12:00:00Z";
    assert.deepEqual(next("30 2 * * *", berlin, before, 2), ["10-25T00:30", "10-26T01:30"]);
    assert.deepEqual(next("0 1-3 * * *", berlin, before, 4), [
      "10-24T23:00",
      "10-25T00:00",
      "10-25T02:00",
      "10-26T00:00",
    ]);
    assert.deepEqual(next("30 * * * *", berlin, "2026-10-25T00:00:00Z", 3), [
      "10-25T00:30",
      "10-25T01:30",
      "10-25T02:30",
    ]);
  });

  test("is for zones with half hours, and midnights that do not exist, too", () => {
    assert.deepEqual(next("30 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", 2), [
      "04-04T14:30",
      "04-05T15:00",
    ]);
    assert.deepEqual(next("0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00:00Z", 2), [
      "11-04T03:00",
      "11-05T02:00",
    ]);
  });

  test("is refused when it cannot be read, names no day, or has no zone", () => {
    const refused = [
      ["", "UTC", /five fields/],
      ["* * * * * *", "UTC", /five fields/],
      ["@daily", "UTC", /five fields/],
      ["60 * * * *", "UTC", /Invalid value for minute: 60/],
      ["*/0 * * * *", "UTC", /illegal stepping/],
      ["0 0 31 2 *", "UTC", /no day is ever so/],
      ["0 0 * * *", "Mars/Olympus", /no time zone "Mars\/Olympus"/],
    ] as const;
    for (const [expression, zone, message] of refused) {
      assert.throws(() => calendar.cron(expression, zone), { code: "SCHEDULE_INVALID", message });
    }
  });

  test("is read or refused, whatever it is", () => {
    const field = fc.stringMatching(/^[0-9*/,LW#?A-Z-]{1,6}$/);
    const expression = fc.oneof(fc.string(), fc.array(field, { minLength: 5, maxLength: 5 }));
    fc.assert(
      fc.property(expression, (typed) => {
        const text = typeof typed === "string" ? typed : typed.join(" ");
        try {
          const after = calendar.cron(text, "UTC").after(0);
          assert.ok(after === undefined || after > 0);
        } catch (error) {
          assert.equal((error as { code?: string }).code, "SCHEDULE_INVALID", text);
        }
      }),
    );
  });

  test("names only times that its fields say, and leaves none out", () => {
    const minute = fc.nat(59);
    const hour = fc.nat(23);
    const start = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2035, 0) });
    fc.assert(
      fc.property(minute, hour, start, (m, h, atMs) => {
        const found = calendar.cron(`${m} ${h} * * *`, "UTC").after(atMs) ?? 0;
        const date = new Date(found);
        assert.deepEqual([date.getUTCMinutes(), date.getUTCHours()], [m, h]);
        assert.ok(found > atMs && found <= atMs + 86_400_000);
      }),
    );
  });
});
