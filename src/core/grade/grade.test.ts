import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import { assemble, exportOf, functionType, importOf, Type, wasm } from "#core/machine/assembler";
import type { ComponentDescription, ModuleDescription } from "#core/machine/wasm";
import { defaultLimits, PlatformError } from "#core/sys";
import { formatReport } from "./format.ts";
import { grade, gradeProgram } from "./grade.ts";
import { levels, type Report } from "./report.ts";
import { sampleGround } from "./sample.ts";

const noCode = { code: [] };
const start = exportOf("_start", "function", 0);

function gradeOf(bytes: Uint8Array): Report {
  return gradeProgram(bytes, sampleGround);
}

suite("grade: programs", () => {
  test("run when all they ask for is here", () => {
    const report = gradeOf(
      assemble({
        types: [functionType([], []), functionType([Type.i32], [])],
        imports: [importOf("wasi_snapshot_preview1", "proc_exit", "function", [1])],
        functions: [noCode],
        memories: [[0, 1]],
        exports: [exportOf("_start", "function", 1), exportOf("memory", "memory", 0)],
      }),
    );
    assert.equal(report.headline, "runs");
    assert.deepEqual(report.counts, { supported: 3, different: 0, unsupported: 0 });
  });

  test("do not run when the engine calls them invalid, and its reason is told", () => {
    // An i32 is left on the stack of a function that answers nothing.
    const report = gradeOf(assemble({ functions: [{ code: [0x41, 0] }], exports: [start] }));
    assert.equal(report.headline, "does not run: not supported: validation");
    assert.match(report.rows[0]?.note ?? "", /expected 0 elements/);
  });

  test("do not run when their code waits on shared memory, though their imports are here", () => {
    const wait = [0x41, 0, 0x41, 0, 0x42, 0, 0xfe, 0x01, 2, 0, 0x1a];
    const report = gradeOf(
      assemble({
        functions: [{ code: wait }],
        memories: [[3, 1, 1]],
        exports: [start, exportOf("memory", "memory", 0)],
      }),
    );
    assert.equal(report.headline, "does not run: not supported: code");
    assert.match(report.rows[0]?.note ?? "", /waiting on shared memory/);
  });

  test("are reported, not refused, in a binary format of the future", () => {
    const report = gradeOf(Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0));
    assert.equal(report.kind, "unknown");
    assert.equal(report.headline, "does not run: not supported: format");
  });

  test("are refused with a reason when they are no programs", () => {
    for (const bytes of [
      [],
      [1, 2, 3],
      [0, 0x61, 0x73, 0x6d],
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1],
    ]) {
      assert.throws(
        () => gradeOf(Uint8Array.from(bytes)),
        (error) => error instanceof PlatformError && error.code === "WASM_MALFORMED",
      );
    }
  });

  test("are graded by the size of their file as well", () => {
    const bytes = assemble({ functions: [noCode], exports: [start] });
    const limits = { ...defaultLimits, "module-size": bytes.length - 1 };
    const report = gradeProgram(bytes, { ...sampleGround, limits });
    assert.equal(report.headline, "does not run: not supported: module size");
  });

  test("run with a table, whose bound is written into the code made ready", () => {
    const report = gradeOf(
      assemble({ functions: [noCode], tables: [[Type.funcref, 0, 1]], exports: [start] }),
    );
    assert.equal(report.headline, "runs");
  });

  test("that are components are recognised by their header", () => {
    const component = wasm();
    component.set([0x0d, 0, 1, 0], 4);
    const report = gradeOf(component);
    assert.equal(report.kind, "component");
    assert.equal(report.headline, "does not run: it is a component");
  });
});

const aName = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom("wasi_snapshot_preview1", "wasi_unstable", "env", "noos", "__proto__", "a"),
  fc.constantFrom("fd_read", "fd_seek", "constructor", "_start", "_initialize", "memory", "abort"),
);
const aKind = fc.constantFrom(...(["function", "table", "memory", "global", "tag"] as const));
const aType = fc.constantFrom(
  "() -> ()",
  "(i32, i32, i32, i32) -> i32",
  "i32",
  "1..",
  "(i64) -> i64",
);
const aSize = fc.oneof(fc.nat(100_000), fc.constantFrom(2 ** 32 - 1, 2 ** 64));
const aMemory = fc.record({
  min: aSize,
  max: fc.option(aSize, { nil: undefined }),
  shared: fc.boolean(),
  address64: fc.boolean(),
  imported: fc.boolean(),
});
const aModule: fc.Arbitrary<ModuleDescription> = fc.record({
  kind: fc.constant("module" as const),
  imports: fc.array(fc.record({ module: aName, name: aName, kind: aKind, type: aType })),
  exports: fc.array(fc.record({ name: aName, kind: aKind, type: aType })),
  memories: fc.array(aMemory, { maxLength: 3 }),
  tables: fc.array(
    aMemory.map((limits) => ({ ...limits, element: "funcref" })),
    { maxLength: 3 },
  ),
  functionCount: fc.nat(),
  hasStart: fc.boolean(),
  usesGc: fc.boolean(),
  customSections: fc.array(fc.record({ name: aName, lengthBytes: fc.nat() })),
});
const anExtern = fc.record({
  name: aName,
  sort: fc.constantFrom("function" as const, "instance" as const, "type" as const),
});
const aComponent: fc.Arbitrary<ComponentDescription> = fc.record({
  kind: fc.constant("component" as const),
  imports: fc.array(anExtern),
  exports: fc.array(anExtern),
  coreModuleBytes: fc.constant([]),
});

suite("grade: any description", () => {
  const descriptions = fc.oneof({ arbitrary: aModule, weight: 4 }, aComponent);

  test("gets a report with a row for each import, and a fix for all that is not supported", () => {
    fc.assert(
      fc.property(descriptions, (description) => {
        const report = grade(description, sampleGround);
        const imports = report.rows.filter((row) => row.kind === "import");
        assert.equal(imports.length, description.imports.length);
        for (const { level, note, fix } of report.rows) {
          assert.ok(levels.includes(level));
          assert.equal(fix === "", level === "supported");
          assert.ok(note !== "" || level === "supported");
        }
        assert.equal(report.headline.startsWith("runs"), report.verdict !== "unsupported");
        assert.ok(formatReport(report, { name: "x", all: true }).endsWith("\n"));
      }),
    );
  });

  test("says that a program runs only if it can be entered and every import is provided", () => {
    fc.assert(
      fc.property(aModule, (description) => {
        if (grade(description, sampleGround).verdict === "unsupported") return;
        const names = description.exports.filter(
          (row) => row.kind === "function" && row.type === "() -> ()",
        );
        assert.ok(names.some((row) => row.name === "_start" || row.name === "_initialize"));
        for (const { module, name, kind } of description.imports) {
          const call = sampleGround.contracts
            .find((each) => each.module === module)
            ?.calls.get(name);
          assert.ok(kind === "memory" || (kind === "function" && call !== undefined));
        }
      }),
    );
  });
});

suite("grade: any bytes", () => {
  test("get a report or are refused as malformed", () => {
    const sound = assemble({
      imports: [importOf("env", "f", "function", [0])],
      functions: [noCode],
      memories: [[0, 1]],
      exports: [exportOf("_start", "function", 1)],
    });
    const change = fc.record({ at: fc.nat(sound.length - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = sound.slice();
        for (const { at, value } of changes) bytes[at] = value;
        try {
          assert.ok(gradeOf(bytes).rows.length > 0);
        } catch (error) {
          assert.ok(error instanceof PlatformError, String(error));
          assert.equal(error.code, "WASM_MALFORMED");
        }
      }),
      { numRuns: 300 },
    );
  });
});
