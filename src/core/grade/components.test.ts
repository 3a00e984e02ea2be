import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { gradeComponent } from "./components.ts";

suite("grade: components", () => {
  const rows = gradeComponent({
    kind: "component",
    imports: [
      { name: "wasi:filesystem/types@0.2.6", sort: "instance" },
      { name: "wasi:keyvalue/store@0.2.0-draft", sort: "instance" },
      { name: "log", sort: "function" },
    ],
    exports: [{ name: "wasi:cli/run@0.3.0", sort: "instance" }],
    coreModuleBytes: [],
  });

  test("have one row for themselves and one for each import and export, none supported", () => {
    assert.deepEqual(
      rows.map(({ kind, subject, level }) => `${kind} ${subject}: ${level}`),
      [
        "feature component: unsupported",
        "import wasi:filesystem/types@0.2.6: unsupported",
        "import wasi:keyvalue/store@0.2.0-draft: unsupported",
        "import log: unsupported",
        "export wasi:cli/run@0.3.0: unsupported",
      ],
    );
  });

  test("are told the nearest of preview 1 whatever the version, or that there is none", () => {
    const notes = rows.map(({ note }) => note);
    assert.match(notes[1] ?? "", /in WASI preview 1: the functions path_/);
    assert.match(notes[2] ?? "", /an interface of WASI, without a counterpart/);
    assert.match(notes[3] ?? "", /a function of its own, without a counterpart/);
    assert.match(notes[4] ?? "", /in WASI preview 1: the export _start/);
  });

  test("have a fix in every row", () => {
    assert.ok(rows.every(({ fix }) => fix !== ""));
  });
});
