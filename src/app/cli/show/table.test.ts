import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { type Cell, formatTable } from "./table.ts";

const columns = [{ title: "NAME" }, { title: "N", isNumber: true }, { title: "WHY" }];
const rows: readonly (readonly Cell[])[] = [
  ["worker", "12", { text: "ok", tone: "good" }],
  ["a-longer-name", "3", "because of what happened before it"],
];
const wide = { hasColours: false, columns: undefined };

suite("table", () => {
  test("has columns as wide as what is in them, numbers to the right", () => {
    assert.deepEqual(formatTable(columns, rows, wide).split("\n"), [
      "NAME            N  WHY",
      "worker         12  ok",
      "a-longer-name   3  because of what happened before it",
      "",
    ]);
  });

  test("cuts the last column first where the screen is narrow, then the first", () => {
    const at = (width: number): readonly string[] =>
      formatTable(columns, rows, { ...wide, columns: width }).split("\n");
    assert.equal(at(40)[2], "a-longer-name   3  because of what happ…");
    assert.equal(at(30)[2], "a-longer-na…   3  because of …");
  });

  test("colours what has a tone, and only then, without widening it", () => {
    const line = formatTable(columns, rows, { ...wide, hasColours: true }).split("\n")[1];
    assert.equal(line, "worker         12  \u001b[32mok\u001b[0m");
  });

  test("is no wider than the screen where the columns between leave room", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string(), fc.constant("1"), fc.string())),
        fc.integer({ min: 40, max: 120 }),
        (cells, width) => {
          const text = formatTable(columns, cells, { ...wide, columns: width });
          return text.split("\n").every((line) => line.length <= width);
        },
      ),
    );
  });
});
