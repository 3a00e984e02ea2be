import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ImportDescription } from "#core/machine/wasm";
import { gradeImports } from "./imports.ts";
import type { Row } from "./report.ts";
import { sampleGround, sampleImport } from "./sample.ts";

function gradeOf(asked: ImportDescription): Row {
  const [row, ...others] = gradeImports([asked], sampleGround);
  assert.ok(row !== undefined && others.length === 0, "one import makes one row");
  return row;
}

suite("grade: imports of a contract", () => {
  const fdRead = "(i32, i32, i32, i32) -> i32";

  test("are supported when the call is supported in full", () => {
    const row = gradeOf(sampleImport("wasi_snapshot_preview1.fd_read", fdRead));
    assert.deepEqual(row, {
      subject: "wasi_snapshot_preview1.fd_read",
      kind: "import",
      level: "supported",
      note: "",
      fix: "",
    });
  });

  test("carry the note of a call that is supported in part, and a fix", () => {
    const type = "(i32, i32, i32, i32, i32, i32) -> i32";
    const row = gradeOf(sampleImport("wasi_snapshot_preview1.path_rename", type));
    assert.equal(row.level, "different");
    assert.equal(row.note, "within one file system");
    assert.match(row.fix, /EXDEV/);
  });

  test("are not supported with a type that the contract does not give them", () => {
    const row = gradeOf(sampleImport("wasi_snapshot_preview1.fd_read", "(i64) -> i64"));
    assert.equal(row.level, "unsupported");
    assert.match(row.note, /\(i64\) -> i64, in WASI preview 1 it is \(i32, i32, i32, i32\) -> i32/);
  });

  test("are not supported when they are no function", () => {
    const row = gradeOf(sampleImport("wasi_snapshot_preview1.fd_read", "i32", "global"));
    assert.equal(row.level, "unsupported");
  });

  for (const name of ["fd_unheard", "constructor", "__proto__", "toString"]) {
    test(`are not supported under the name "${name}", which the contract lacks`, () => {
      const row = gradeOf(sampleImport(`wasi_snapshot_preview1.${name}`, "() -> i32"));
      assert.equal(row.level, "unsupported");
      assert.match(row.note, /no function of WASI preview 1/);
    });
  }

  test("name the grants in place of other runtimes' socket calls", () => {
    const row = gradeOf(sampleImport("wasi_snapshot_preview1.sock_open", "(i32) -> i32"));
    assert.equal(row.level, "unsupported");
    assert.match(row.fix, /--listen and --connect/);
  });
});

suite("grade: imports of WASI preview 0", () => {
  test("are graded as those of preview 1", () => {
    for (const [name, type] of [
      ["proc_exit", "(i32) -> ()"],
      ["fd_seek", "(i32, i64, i32, i32) -> i32"],
      ["path_rename", "(i32, i32, i32, i32, i32, i32) -> i32"],
    ] as const) {
      const grade = ({ level, note, fix }: Row): unknown => [level, note, fix];
      assert.deepEqual(
        grade(gradeOf(sampleImport(`wasi_unstable.${name}`, type))),
        grade(gradeOf(sampleImport(`wasi_snapshot_preview1.${name}`, type))),
      );
    }
  });

  test("are not supported where the contract lacks the name", () => {
    const row = gradeOf(sampleImport("wasi_unstable.fd_unheard", "() -> i32"));
    assert.equal(row.level, "unsupported");
    assert.match(row.note, /no function of WASI preview/);
  });
});

suite("grade: other imports", () => {
  test("are supported when they are memories, from whatever module", () => {
    for (const subject of ["env.memory", "elsewhere.heap"]) {
      assert.equal(gradeOf(sampleImport(subject, "1..", "memory")).level, "supported");
    }
  });

  test("are never supported from the kernel's own module", () => {
    for (const kind of ["function", "memory", "global"] as const) {
      const row = gradeOf(sampleImport("noos.yield", "() -> ()", kind));
      assert.equal(row.level, "unsupported");
      assert.match(row.note, /only the kernel/);
    }
  });

  test("say what they are when they are neither functions nor known", () => {
    const row = gradeOf(sampleImport("elsewhere.t", "funcref 0..", "table"));
    assert.equal(row.level, "unsupported");
    assert.match(row.note, /a table, of which none is provided/);
  });

  test("are not supported and have a fix even when nothing is known of them", () => {
    const row = gradeOf(sampleImport("elsewhere.do_magic", "(i32) -> i64"));
    assert.equal(row.level, "unsupported");
    assert.match(row.fix, /WASI preview 1/);
  });
});
