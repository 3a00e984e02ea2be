import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  assemble,
  type Bytes,
  custom,
  exportOf,
  functionType,
  importOf,
  list,
  name,
  section,
  Type,
  u32,
  wasm,
} from "#core/machine/assembler";
import { describe, type ModuleDescription } from "./mod.ts";

const { i32, i64, funcref } = Type;

function describeModule(bytes: Uint8Array): ModuleDescription {
  const description = describe(bytes);
  assert.equal(description.kind, "module");
  return description as ModuleDescription;
}

/** A module that imports and defines one of everything. */
const everything: Uint8Array = assemble({
  types: [functionType([], []), functionType([i32, i64], [i32]), functionType([i64], [i32, i64])],
  imports: [
    importOf("env", "f", "function", [1]),
    importOf("env", "t", "table", [funcref, 1, 2, 9]),
    importOf("env", "m", "memory", [3, 1, 16]),
    importOf("env", "g", "global", [i64, 1]),
    importOf("env", "x", "tag", [0, 0]),
  ],
  functions: [{ code: [] }],
  tables: [[0x40, 0, 0x63, 0x70, 0, 5, 0xd0, 0x70, 0x0b]],
  memories: [[4, 2]],
  tags: [[0, 0]],
  globals: [[i32, 0, 0x41, 7, 0x0b]],
  exports: [
    exportOf("run", "function", 1),
    exportOf("table", "table", 1),
    exportOf("memory", "memory", 1),
    exportOf("global", "global", 1),
    exportOf("tag", "tag", 1),
  ],
  start: 1,
  elements: [[0, 0x41, 0, 0x0b, 1, 1]],
  data: [[0, 0x41, 0, 0x0b, 2, 9, 9]],
  customs: [custom("producers", [1, 2, 3])],
});

suite("describe", () => {
  test("names imports and exports with their types", () => {
    const description = describeModule(everything);
    assert.deepEqual(
      description.imports.map((row) => `${row.module}.${row.name} ${row.kind} ${row.type}`),
      [
        "env.f function (i32, i64) -> i32",
        "env.t table funcref 2..9",
        "env.m memory 1..16 shared",
        "env.g global mut i64",
        "env.x tag () -> ()",
      ],
    );
    assert.deepEqual(
      description.exports.map((row) => `${row.name} ${row.kind} ${row.type}`),
      [
        "run function () -> ()",
        "table table (ref null func) 5..",
        "memory memory 2.. i64",
        "global global i32",
        "tag tag () -> ()",
      ],
    );
  });

  test("tells imported memories and tables from those the module defines", () => {
    const { memories, tables } = describeModule(everything);
    assert.deepEqual(memories, [
      { min: 1, max: 16, shared: true, address64: false, imported: true },
      { min: 2, max: undefined, shared: false, address64: true, imported: false },
    ]);
    assert.deepEqual(
      tables.map(({ element, min, max, imported }) => [element, min, max, imported]),
      [
        ["funcref", 2, 9, true],
        ["(ref null func)", 5, undefined, false],
      ],
    );
  });

  test("tells of functions, the start, custom sections and the garbage collector", () => {
    const { functionCount, hasStart, usesGc, customSections } = describeModule(everything);
    assert.deepEqual(
      { functionCount, hasStart, usesGc, customSections },
      {
        functionCount: 1,
        hasStart: true,
        usesGc: false,
        customSections: [{ name: "producers", lengthBytes: 3 }],
      },
    );
    const withStruct = assemble({ types: [[0x4e, 2, 0x50, 0, 0x5f, 0, 0x4f, 1, 0, 0x5f, 0]] });
    assert.ok(WebAssembly.validate(withStruct));
    assert.equal(describeModule(withStruct).usesGc, true);
  });

  test("agrees with V8 on the names and kinds of imports and exports", () => {
    const module = new WebAssembly.Module(everything);
    const { imports, exports } = describeModule(everything);
    assert.deepEqual(
      imports.map(({ module: from, name: what, kind }) => ({ module: from, name: what, kind })),
      WebAssembly.Module.imports(module),
    );
    assert.deepEqual(
      exports.map(({ name: what, kind }) => ({ name: what, kind })),
      WebAssembly.Module.exports(module),
    );
  });

  test("a module cut short anywhere is malformed, except between sections", () => {
    const ends = new Set([8]);
    for (let at = 8; at < everything.length;) {
      at += 2 + (everything[at + 1] as number);
      ends.add(at);
    }
    for (let length = 0; length < everything.length; length++) {
      // Functions without bodies are malformed as well, so the last sections must be there.
      if (ends.has(length) && WebAssembly.validate(everything.subarray(0, length))) continue;
      assert.throws(() => describe(everything.slice(0, length)), { code: "WASM_MALFORMED" });
    }
  });
});

suite("describe: what is no module", () => {
  const refusals: readonly (readonly [string, Uint8Array, string, RegExp])[] = [
    ["an empty file", new Uint8Array(), "WASM_MALFORMED", /the file is empty, at byte 0 /],
    ["a text", new TextEncoder().encode("#!/bin/sh\n"), "WASM_MALFORMED", /does not begin with/],
    ["zeros", new Uint8Array(1 << 20), "WASM_MALFORMED", /does not begin with/],
    ["a lone magic", wasm().slice(0, 6), "WASM_MALFORMED", /the version is missing, at byte 6 /],
    [
      "another version",
      Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0),
      "WASM_UNSUPPORTED",
      /version 0x2 .* is unknown, at byte 4 /,
    ],
    [
      "a section too many",
      wasm(section(1, [0]), section(1, [0])),
      "WASM_MALFORMED",
      /the type section is out of order, at byte 11 /,
    ],
    ["an unknown section", wasm(section(14, [0])), "WASM_UNSUPPORTED", /section 14 is unknown/],
    [
      "a section with bytes left over",
      wasm(section(3, [0, 7])),
      "WASM_MALFORMED",
      /1 bytes too many in the function section, at byte 11 /,
    ],
    [
      "four billion imports",
      wasm(section(2, u32(0xffff_ffff))),
      "WASM_UNSUPPORTED",
      /4294967295 imports are declared, at most 1000000 can be, at byte 10 /,
    ],
    [
      "a function of a type that is not there",
      wasm(section(1, [0]), section(3, [1, 5])),
      "WASM_MALFORMED",
      /there is no type 5, at byte 14 /,
    ],
    [
      "an export of nothing",
      wasm(section(7, list([[...name("x"), 0, 3]]))),
      "WASM_MALFORMED",
      /there is no function 3, at byte 14 /,
    ],
    [
      "a function without a body",
      wasm(section(1, list([functionType([], [])])), section(3, [1, 0])),
      "WASM_MALFORMED",
      /1 functions are declared, 0 have a body/,
    ],
    [
      "a memory whose maximum is below its minimum",
      assemble({ memories: [[1, 5, 4]] }),
      "WASM_MALFORMED",
      /a memory's maximum 4 is below its minimum 5/,
    ],
    [
      "a shared table",
      assemble({ tables: [[0x70, 3, 1, 2]] }),
      "WASM_UNSUPPORTED",
      /shared tables/,
    ],
    ["pages of another size", assemble({ memories: [[8, 1, 0]] }), "WASM_UNSUPPORTED", /0x8 are/],
  ];
  for (const [what, bytes, code, message] of refusals) {
    test(`${what} is refused with what is wrong and where`, () => {
      assert.throws(() => describe(bytes), { name: "PlatformError", code, message });
    });
  }
});

suite("describe: components", () => {
  const component = (...sections: readonly Bytes[]): Uint8Array =>
    Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, ...sections.flat()]);

  test("a component's imports and exports are named, its core modules counted", () => {
    const bytes = component(
      section(1, [...wasm()]),
      section(
        10,
        list([
          [0, ...name("wasi:io/streams@0.2.0"), 5, 0],
          [1, ...name("run"), 1, 3],
          [0, ...name("t"), 3, 1],
        ]),
      ),
      section(11, list([[0, ...name("wasi:cli/run@0.2.0"), 5, 1, 0]])),
    );
    assert.deepEqual(describe(bytes), {
      kind: "component",
      imports: [
        { name: "wasi:io/streams@0.2.0", sort: "instance" },
        { name: "run", sort: "function" },
        { name: "t", sort: "type" },
      ],
      exports: [{ name: "wasi:cli/run@0.2.0", sort: "instance" }],
      coreModuleBytes: [8],
    });
  });

  test("a component cut short is malformed", () => {
    const bytes = component(section(10, list([[0, ...name("abc"), 1, 0]])));
    for (let length = 9; length < bytes.length; length++) {
      assert.throws(() => describe(bytes.slice(0, length)), { code: "WASM_MALFORMED" });
    }
  });
});
