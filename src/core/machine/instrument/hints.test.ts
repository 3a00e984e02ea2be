import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { assemble, type Bytes, custom, list, type ModuleParts, u32 } from "#core/machine/assembler";
import { findSection, readModule, SectionId } from "#core/machine/wasm";
import { WasmReader } from "#core/machine/wasm/binary";
import { readBodies } from "#core/machine/wasm/code";
import { readBranchHints } from "./hints.ts";
import { instrument } from "./mod.ts";

const hintSection = "metadata.code.branch_hint";
const opcodeOfIf = 0x04;
const opcodeOfBrIf = 0x0d;

/** The opcodes that the hints of an instrumented module point at, by function. */
function hintedOpcodes(parts: ModuleParts): ReadonlyMap<number, readonly string[]> {
  const original = assemble(parts);
  assert.ok(WebAssembly.validate(original), "the test's own module is valid");
  const bytes = instrument(original, { checks: true, tableElementsMax: 0 });
  assert.ok(WebAssembly.validate(bytes));
  const module = readModule(bytes);
  const section = module.sections.find((each) => each.name === hintSection);
  const code = findSection(module.sections, SectionId.code);
  assert.ok(code && section && section.at < code.at, "hints come before the code");
  const bodies = readBodies(new WasmReader(bytes, code.from, code.to));
  const opcodes = new Map<number, readonly string[]>();
  const guestHints = readBranchHints(bytes, section, module.functions.length);
  for (const [place, body] of bodies.entries()) {
    const index = module.importedCounts.function + place;
    const hints = guestHints.of(index, body.to - body.from);
    if (hints.length === 0) continue;
    opcodes.set(
      index,
      hints.map(({ offset, isLikely }) => {
        const opcode = bytes[body.from + offset];
        const what = opcode === opcodeOfIf ? "if" : opcode === opcodeOfBrIf ? "br_if" : "other";
        return `${what} ${isLikely ? "likely" : "unlikely"}`;
      }),
    );
  }
  return opcodes;
}

/** `loop (br_if 0 (i32.const 0)) end`, whose `br_if` stands at this offset of the body. */
const loop: Bytes = [0x03, 0x40, 0x41, 0, 0x0d, 0, 0x0b];
const brIfOffset = 5;

function guestHints(...functions: readonly (readonly [number, readonly Bytes[]])[]): Bytes {
  return custom(
    hintSection,
    list(functions.map(([index, hints]) => [...u32(index), ...list(hints)])),
  );
}

suite("branch hints", () => {
  test("every check's branch is hinted as unlikely", () => {
    const opcodes = hintedOpcodes({ functions: [{ code: loop }, { code: [] }, { code: loop }] });
    const checks = ["if unlikely", "if unlikely"];
    assert.deepEqual(
      [...opcodes],
      [
        [1, checks],
        [3, checks],
      ],
    );
  });

  test("the guest's own hints move along with their branches", () => {
    const opcodes = hintedOpcodes({
      functions: [{ code: loop }, { code: loop }],
      customs: [guestHints([0, [[brIfOffset, 1, 1]]], [1, [[brIfOffset, 1, 0]]])],
    });
    assert.deepEqual(
      [...opcodes],
      [
        [1, ["if unlikely", "if unlikely", "br_if likely"]],
        [2, ["if unlikely", "if unlikely", "br_if unlikely"]],
      ],
    );
  });

  test("hints that cannot be read are left out", () => {
    const broken: readonly Bytes[] = [
      custom(hintSection, [9]),
      custom(hintSection, [1, 0, 1, brIfOffset, 2, 1, 1]),
      guestHints([
        0,
        [
          [brIfOffset, 1, 1],
          [brIfOffset, 1, 1],
        ],
      ]),
    ];
    for (const section of broken) {
      const opcodes = hintedOpcodes({ functions: [{ code: loop }], customs: [section] });
      assert.deepEqual([...opcodes], [[1, ["if unlikely", "if unlikely"]]]);
    }
  });

  test("hints for more functions than there are are left out, and no room is made for them", () => {
    const count = 300_000;
    const many = Array.from({ length: count }, (_, index) => [...u32(index), 0]).flat();
    const section = custom(hintSection, [...u32(count), ...many]);
    const opcodes = hintedOpcodes({ functions: [{ code: loop }], customs: [section] });
    assert.deepEqual([...opcodes], [[1, ["if unlikely", "if unlikely"]]]);
  });

  test("a hint behind the end of its function is left out", () => {
    const opcodes = hintedOpcodes({
      functions: [{ code: loop }],
      customs: [guestHints([0, [[...u32(5000), 1, 1]]])],
    });
    assert.deepEqual([...opcodes], [[1, ["if unlikely", "if unlikely"]]]);
  });
});

suite("custom sections", () => {
  test("those that speak of offsets in the code go, others stay where they were", () => {
    const kept = ["producers", "target_features", "component-type"];
    const gone = [
      "linking",
      "external_debug_info",
      ".debug_info",
      ".debug_line",
      "reloc.CODE",
      "sourceMappingURL",
      "metadata.code.x",
    ];
    const original = assemble({
      functions: [{ code: loop }],
      customs: [...kept, ...gone].map((title) => custom(title, [1, 2, 3])),
    });
    const bytes = instrument(original, { checks: true, tableElementsMax: 0 });
    const titles = readModule(bytes).sections.flatMap(({ name }) => name ?? []);
    assert.deepEqual(titles, [...kept, "noos", hintSection]);
  });
});
