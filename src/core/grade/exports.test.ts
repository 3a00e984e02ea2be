import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { startExport } from "#core/machine/instrument";
import type { ExportDescription, ModuleDescription } from "#core/machine/wasm";
import { gradeExports } from "./exports.ts";
import type { Row } from "./report.ts";
import { sampleGround, sampleImport, sampleModule } from "./sample.ts";

const memory: ExportDescription = { name: "memory", kind: "memory", type: "1.." };
const pages = { min: 1, max: undefined, shared: false, address64: false, imported: false };
const fdRead = sampleImport("wasi_snapshot_preview1.fd_read", "(i32, i32, i32, i32) -> i32");

function functionExport(name: string, type = "() -> ()"): ExportDescription {
  return { name, kind: "function", type };
}

function rowOf(subject: string, parts: Partial<Omit<ModuleDescription, "kind">>): Row | undefined {
  return gradeExports(sampleModule(parts), sampleGround).find((row) => row.subject === subject);
}

suite("grade: the entry", () => {
  test("is supported as _start, which takes and answers nothing", () => {
    const exports = [functionExport("_start"), functionExport("_initialize")];
    assert.equal(rowOf("_start", { exports })?.level, "supported");
    assert.equal(rowOf("_initialize", { exports }), undefined);
  });

  test("is not supported when it takes or answers something", () => {
    for (const type of ["(i64) -> ()", "() -> i32"]) {
      const row = rowOf("_start", { exports: [functionExport("_start", type)] });
      assert.equal(row?.level, "unsupported");
      assert.match(row.note, /an entry must be \(\) -> \(\)/);
    }
  });

  test("is _initialize beside a _start that cannot be called", () => {
    const exports = [functionExport("_start", "(i32) -> ()"), functionExport("_initialize")];
    assert.equal(rowOf("_initialize", { exports })?.level, "different");
    assert.equal(rowOf("_start", { exports }), undefined);
  });

  test("is different for a reactor, whose other functions are counted", () => {
    const exports = ["_initialize", "handle", "free"].map((name) => functionExport(name));
    const row = rowOf("_initialize", { exports: [...exports, memory] });
    assert.equal(row?.level, "different");
    assert.match(row.note, /its other 2 functions are not called/);
  });

  test("is what a handler is called for, unless it is a command as well", () => {
    const handle = functionExport("noos_handle", "(i32) -> ()");
    const event = functionExport("noos_event", "(i32, i32) -> ()");
    const initialize = functionExport("_initialize");
    const row = rowOf("noos_handle", { exports: [initialize, handle] });
    assert.equal(row?.level, "different");
    assert.equal(rowOf("noos_event", { exports: [handle, event] })?.level, "different");
    const both = { exports: [functionExport("_start"), handle] };
    assert.equal(rowOf("noos_handle", both)?.level, "unsupported");
    const odd = { exports: [initialize, functionExport("noos_handle")] };
    assert.equal(rowOf("_initialize", odd)?.level, "different", "it is of another type");
  });

  test("is not supported when _start is no function", () => {
    const exports: ExportDescription[] = [{ name: "_start", kind: "global", type: "i32" }];
    assert.equal(rowOf("_start", { exports })?.level, "unsupported");
  });

  for (const [toolchain, parts, fix] of [
    ["nothing that is known", {}, /a main function, not a library/],
    ["C without start code", { exports: [functionExport("main")] }, /-nostdlib/],
    ["an AssemblyScript library", { exports: [functionExport("__new")] }, /--exportStart/],
    ["an Emscripten library", { exports: [functionExport("stackSave")] }, /STANDALONE_WASM/],
    [
      "Go for JavaScript",
      { imports: [sampleImport("gojs.runtime.walltime", "(i32) -> ()")] },
      /wasip1/,
    ],
    [
      "a wasm-bindgen library",
      { imports: [sampleImport("wbg.__wbg_new", "() -> i32")] },
      /a program, not a library/,
    ],
  ] as const) {
    test(`is not there, and the fix suits ${toolchain}`, () => {
      const row = rowOf("_start", parts);
      assert.equal(row?.level, "unsupported");
      assert.match(row.fix, fix);
    });
  }
});

suite("grade: the memory of calls", () => {
  test("is supported when it is exported as memory", () => {
    const parts = { imports: [fdRead], exports: [memory], memories: [pages] };
    assert.equal(rowOf("memory", parts)?.level, "supported");
  });

  test("is different when the program has one and exports it by no such name", () => {
    const exports: ExportDescription[] = [{ ...memory, name: "mem" }, functionExport("memory")];
    const row = rowOf("memory", { imports: [fdRead], exports, memories: [pages] });
    assert.equal(row?.level, "different");
    assert.match(row.note, /use the first one/);
  });

  test("is different when there is none for calls that take addresses", () => {
    const row = rowOf("memory", { imports: [fdRead] });
    assert.equal(row?.level, "different");
    assert.match(row.note, /EFAULT/);
  });

  test("is not asked for by a program whose calls take no addresses", () => {
    const exit = sampleImport("wasi_snapshot_preview1.proc_exit", "(i32) -> ()");
    const other = sampleImport("elsewhere.fd_read", "(i32) -> ()");
    assert.equal(rowOf("memory", { imports: [exit, other] }), undefined);
  });
});

suite("grade: other exports", () => {
  test("are not supported under the name that the kernel uses, and make no row otherwise", () => {
    const exports = [functionExport("_start"), functionExport(startExport), functionExport("x")];
    assert.equal(rowOf(startExport, { exports })?.level, "unsupported");
    assert.equal(rowOf("x", { exports }), undefined);
  });
});
