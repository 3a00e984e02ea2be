import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ModuleDescription } from "#core/machine/wasm";
import { defaultLimits } from "#core/sys";
import { gradeFeatures, gradeSize } from "./features.ts";
import type { Row } from "./report.ts";
import { sampleModule } from "./sample.ts";

const memory = { min: 1, max: undefined, shared: false, address64: false, imported: false };
const table = { ...memory, element: "funcref" };
const KiB = 1024;

function featuresOf(
  parts: Partial<Omit<ModuleDescription, "kind">>,
  limits = defaultLimits,
): readonly Pick<Row, "subject" | "level">[] {
  return gradeFeatures(sampleModule(parts), limits).map(({ subject, level }) => ({
    subject,
    level,
  }));
}

suite("grade: features", () => {
  test("make no row for a module that has what every module has", () => {
    assert.deepEqual(featuresOf({ memories: [memory], tables: [table] }), []);
  });

  for (const [what, parts, subject, level] of [
    [
      "64-bit memories",
      { memories: [{ ...memory, address64: true }] },
      "64-bit memory",
      "different",
    ],
    ["shared memories", { memories: [{ ...memory, shared: true }] }, "shared memory", "different"],
    ["several memories", { memories: [memory, memory] }, "several memories", "supported"],
    ["objects of the engine", { usesGc: true }, "garbage collection", "different"],
    ["a start function", { hasStart: true }, "start function", "supported"],
    [
      "what the linker reads",
      { customSections: [{ name: "linking", lengthBytes: 1 }] },
      "object file",
      "unsupported",
    ],
    [
      "what a dynamic linker reads",
      { customSections: [{ name: "dylink.0", lengthBytes: 1 }] },
      "dynamic library",
      "unsupported",
    ],
  ] as const) {
    test(`grade ${what} as ${level}`, () => {
      assert.deepEqual(featuresOf(parts), [{ subject, level }]);
    });
  }
});

suite("grade: sizes", () => {
  const limits = { ...defaultLimits, memory: 64 * KiB, "table-elements": 10, "module-size": 100 };

  test("make no row up to the limit, and one above it", () => {
    assert.deepEqual(
      featuresOf({ memories: [memory], tables: [{ ...table, min: 10 }] }, limits),
      [],
    );
    assert.deepEqual(gradeSize(100, limits), []);
    const over = featuresOf(
      { memories: [memory, memory], tables: [{ ...table, min: 11 }] },
      limits,
    );
    assert.deepEqual(over, [
      { subject: "several memories", level: "supported" },
      { subject: "memory size", level: "unsupported" },
      { subject: "table size", level: "unsupported" },
    ]);
    assert.equal(gradeSize(101, limits)[0]?.level, "unsupported");
  });

  test("name the option, and not for more than the option can give", () => {
    const fixOf = (min: number): string =>
      gradeFeatures(sampleModule({ tables: [{ ...table, min }] }), limits)[0]?.fix ?? "";
    assert.match(fixOf(11), /--table-elements/);
    assert.doesNotMatch(fixOf(4_294_967_295), /--table-elements/);
  });

  test("leave imported tables aside, for they are another module's", () => {
    assert.deepEqual(featuresOf({ tables: [{ ...table, min: 11, imported: true }] }, limits), []);
  });
});
