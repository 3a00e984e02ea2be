import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { instrument } from "#core/machine/instrument";
import {
  assemble,
  exportOf,
  functionType,
  importOf,
  type ModuleParts,
  Type,
} from "#core/machine/assembler";
import { readModule } from "#core/machine/wasm";

const asked = exportOf("noos_restored", "function", 0);
const memory = [0, 1];
const table = [0x70, 0, 1];
const number = [Type.i32, 1, 0x41, 0, 0x0b];
const constant = [Type.i32, 0, 0x41, 0, 0x0b];

function stateOf(parts: ModuleParts, checks = true): readonly string[] {
  const given = assemble({
    types: [functionType([], [])],
    functions: [{ code: [] }],
    exports: [asked],
    ...parts,
  });
  assert.ok(WebAssembly.validate(given), "the module that is tried is valid");
  const bytes = instrument(given, { checks, tableElementsMax: 100 });
  assert.ok(WebAssembly.validate(bytes));
  return readModule(bytes)
    .exports.map(({ name }) => name)
    .filter((name) => name.startsWith("noos:"));
}

suite("a module that asks to be restorable", () => {
  test("exports its globals that may change, and says so", () => {
    for (const checks of [true, false]) {
      const parts = { memories: [memory], globals: [number, constant, number] };
      const expected = ["noos:restorable", "noos:global 0", "noos:global 2"];
      assert.deepEqual(stateOf(parts, checks), expected);
    }
  });

  test("may have a table that nobody writes to", () => {
    assert.deepEqual(stateOf({ tables: [table] }), ["noos:restorable"]);
  });

  const refused: readonly (readonly [string, ModuleParts])[] = [
    ["does not ask for it", { exports: [] }],
    [
      "writes to its table",
      { tables: [table], functions: [{ code: [0x41, 0, 0xd0, 0x70, 0x26, 0] }] },
    ],
    [
      "grows its table",
      { tables: [table], functions: [{ code: [0xd0, 0x70, 0x41, 1, 0xfc, 15, 0, 0x1a] }] },
    ],
    ["has a global of references", { globals: [[0x70, 1, 0xd0, 0x70, 0x0b]] }],
    [
      "has a global of floating point, whose bits may not survive",
      { globals: [[0x7c, 1, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x0b]] },
    ],
    ["imports a global", { imports: [importOf("env", "base", "global", [Type.i32, 0])] }],
  ];
  for (const [why, parts] of refused) {
    test(`is not one that ${why}`, () => {
      assert.deepEqual(stateOf(parts), []);
    });
  }

  for (const name of ["noos:restorable", "noos:global 0"]) {
    test(`may not itself export "${name}"`, () => {
      const exports = [asked, exportOf(name, "function", 0)];
      assert.throws(() => stateOf({ exports }), { code: "WASM_UNSUPPORTED" });
    });
  }
});
