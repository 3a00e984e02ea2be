import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  defaultLimits,
  describeExit,
  Errno,
  errno,
  errnoNamed,
  errorCodes,
  formatBytes,
  formatDuration,
  formatLimit,
  limits,
  type LimitName,
  PlatformError,
} from "#core/sys";

suite("error numbers", () => {
  test("stand under their own names, each once", () => {
    for (const [name, row] of Object.entries(errno)) {
      assert.ok(row instanceof Errno);
      assert.equal(row.name, name);
    }
    assert.equal(new Set(Object.values(errno)).size, Object.keys(errno).length);
  });

  test("are found by name; what no row has, a property of every object included, is EIO", () => {
    assert.equal(errnoNamed("ENOENT"), errno.ENOENT);
    for (const name of ["EWHAT", "", "constructor", "__proto__", "toString"]) {
      assert.equal(errnoNamed(name), errno.EIO, name);
    }
  });
});

suite("limits", () => {
  test("have defaults within their own range", () => {
    for (const [name, row] of Object.entries(limits)) {
      assert.ok(row.min <= row.default && row.default <= row.max, name);
      assert.equal(defaultLimits[name as LimitName], row.default);
    }
  });

  test("are written in the unit that people use", () => {
    assert.equal(formatLimit("memory", 64 * 1024 ** 2), "64 MiB");
    assert.equal(formatLimit("cpu-time", 10e9), "10 s");
    assert.equal(formatLimit("cpu-share", 0.5), "0.5 cores");
    assert.equal(formatLimit("descriptors", 1024), "1024");
    assert.equal(formatLimit("output", Infinity), "unlimited");
  });

  test("round to what can be read at a glance", () => {
    const bytes = [0, 1, 1023, 1024, 1536, 5 * 1024 ** 4].map(formatBytes);
    assert.deepEqual(bytes, ["0 B", "1 B", "1023 B", "1 KiB", "1.5 KiB", "5 TiB"]);
    const times = [0, 850, 12_500, 3_140_000, 10e9].map(formatDuration);
    assert.deepEqual(times, ["0 ns", "850 ns", "12.5 µs", "3.1 ms", "10 s"]);
  });
});

suite("exit reasons", () => {
  test("are told in one line", () => {
    assert.equal(describeExit({ kind: "exited", code: 3 }), "exited(3)");
    const limit = { limit: "cpu-time", allowed: "10 s" } as const;
    assert.equal(describeExit({ kind: "killed", by: limit }), "killed(cpu-time 10 s)");
    assert.equal(describeExit({ kind: "killed", by: { who: "a test" } }), "killed(by a test)");
    const trapped = { kind: "trapped", what: "unreachable", stack: [] } as const;
    assert.equal(describeExit(trapped), "trapped(unreachable)");
    const refused = { kind: "refused", code: "ENTRY_MISSING", why: "no entry", hint: "" } as const;
    assert.equal(describeExit(refused), "refused(no entry)");
  });
});

suite("operator's errors", () => {
  test("carry a code of the table, the next step and their cause", () => {
    const cause = new Error("below");
    const error = new PlatformError("cannot do it", { code: "USAGE", hint: "do that", cause });
    assert.deepEqual([error.name, error.code, error.hint], ["PlatformError", "USAGE", "do that"]);
    assert.equal(error.cause, cause);
    assert.equal(new Set(errorCodes).size, errorCodes.length);
  });
});
