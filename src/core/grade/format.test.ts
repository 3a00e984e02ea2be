import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { formatReport } from "./format.ts";
import { different, type Row, supported, unsupported } from "./report.ts";
import { summarize } from "./summary.ts";

function textOf(rows: readonly Row[], all = false): string {
  return formatReport(summarize("module", rows), { name: "app.wasm", all });
}

const many = Array.from({ length: 11 }, (_, index) =>
  unsupported("import", `env.f${index}`, { note: "not here", fix: "do without" }),
);

suite("grade: the report for people", () => {
  test("shows the headline, the figures, then what is not supported and what is different", () => {
    const rows = [
      supported("export", "_start", "where the program starts"),
      different("import", "a.rename", { note: "only here", fix: "copy" }),
      unsupported("import", "b.x", { note: "not here", fix: "do without" }),
      unsupported("import", "b.y", { note: "not here", fix: "do without" }),
    ];
    assert.equal(
      textOf(rows),
      `app.wasm: does not run: 2 imports are missing

  supported                    1   25.0 %
  supported with a difference  1   25.0 %
  not supported                2   50.0 %

Not supported:

  b.x
  b.y
    not here
    fix: do without

Supported with a difference:

  a.rename
    only here
    fix: copy
`,
    );
  });

  test("shows what is supported only when all is asked for", () => {
    const rows = [supported("export", "_start", "where the program starts")];
    assert.doesNotMatch(textOf(rows), /_start/);
    assert.match(textOf(rows, true), /\nSupported:\n\n {2}_start\n {4}where the program starts\n$/);
  });

  test("cuts a long group short and says how to see the rest", () => {
    assert.match(textOf(many), / {2}env\.f7\n {2}and 3 more \(--all shows them\)\n {4}not here/);
    assert.match(textOf(many, true), / {2}env\.f10\n {4}not here/);
  });

  test("shows no control character that a program put into a name, and no endless name", () => {
    const names = [
      "a.\u001b[2Jgone",
      "a.\n  b",
      "a.\u202eevil",
      "a.\ud800",
      `a.${"x".repeat(10_000)}`,
    ];
    const why = { note: "why", fix: "how" };
    const text = textOf(names.map((name) => unsupported("import", name, why)));
    assert.match(text, /a\.\\u001b\[2Jgone/);
    assert.match(text, /a\.\\u000a {2}b/);
    assert.match(text, /a\.\\u202eevil/);
    assert.doesNotMatch(text.replaceAll("\n", ""), /\p{C}/u);
    assert.ok(text.split("\n").every((line) => line.length < 300));
  });
});
