import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { assert as property, constantFrom, array, property as forAll, record } from "fast-check";
import { different, levels, type Row, supported, unsupported } from "./report.ts";
import { summarize } from "./summary.ts";

const why = { note: "why", fix: "how" };

function headlineOf(...rows: readonly Row[]): string {
  return summarize("module", rows).headline;
}

suite("grade: the headline", () => {
  const start = supported("export", "_start");
  const missing = unsupported("import", "env.x", why);

  for (const [headline, rows] of [
    ["runs", [start]],
    ["runs, with 1 difference", [start, different("import", "a", why)]],
    ["runs, with 2 differences", [different("import", "a", why), different("import", "b", why)]],
    ["does not run: 1 import is missing", [start, missing]],
    ["does not run: 2 imports are missing", [missing, missing, different("import", "a", why)]],
    ["does not run: it has no entry that can be called", [unsupported("export", "_start", why)]],
    [
      "does not run: 1 import is missing; not supported: object file, 64-bit memory",
      [
        unsupported("feature", "object file", why),
        missing,
        unsupported("feature", "64-bit memory", why),
      ],
    ],
  ] as const) {
    test(`says "${headline}"`, () => assert.equal(headlineOf(...rows), headline));
  }

  test("calls a component one, and counts only its imports", () => {
    const rows = [
      unsupported("feature", "component", why),
      unsupported("import", "wasi:cli/exit@0.2.0", why),
      unsupported("export", "wasi:cli/run@0.2.0", why),
    ];
    const { headline } = summarize("component", rows);
    assert.equal(headline, "does not run: it is a component; 1 import is missing");
  });
});

suite("grade: the figures", () => {
  const aRow = record({
    subject: constantFrom("a", "b"),
    kind: constantFrom("import" as const, "export" as const, "feature" as const),
    level: constantFrom(...levels),
    note: constantFrom("", "why"),
    fix: constantFrom("", "how"),
  });
  const someRows = array(aRow, { minLength: 1, maxLength: 300 });

  test("count each row once, and the percentages add up to 100", () => {
    property(
      forAll(someRows, (rows) => {
        const { counts, percentages } = summarize("module", rows);
        const tenths = levels.map((level) => Math.round(percentages[level] * 10));
        assert.equal(
          tenths.reduce((sum, each) => sum + each),
          1000,
        );
        assert.equal(
          levels.reduce((sum, level) => sum + counts[level], 0),
          rows.length,
        );
        for (const level of levels) {
          const exact = (counts[level] / rows.length) * 100;
          assert.ok(Math.abs(percentages[level] - exact) < 0.1, `${level}: ${exact}`);
        }
      }),
    );
  });

  test("have the worst level of any row as the verdict, and the worst rows first", () => {
    property(
      forAll(someRows, (rows) => {
        const { verdict, rows: sorted } = summarize("module", rows);
        const worst = levels.find((level) => rows.some((row) => row.level === level));
        assert.equal(verdict, worst);
        const ranks = sorted.map((row) => levels.indexOf(row.level));
        assert.deepEqual(
          ranks,
          ranks.toSorted((a, b) => a - b),
        );
        assert.equal(sorted.length, rows.length);
      }),
    );
  });

  test("keep the program's order within a level", () => {
    const rows = ["z", "a", "m"].map((subject) => supported("import", subject));
    assert.deepEqual(summarize("module", rows).rows, rows);
  });
});
