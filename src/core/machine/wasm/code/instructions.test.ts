import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Bytes } from "#core/machine/assembler";
import { Instructions } from "./mod.ts";

/** Stands on the only instruction in `bytes`; what follows it belongs to somebody else. */
function only(bytes: Bytes, following: Bytes = [0x0b, 0x0b, 0x0b, 0x0b]): Instructions {
  const instructions = new Instructions(Uint8Array.from([0, 0, ...bytes, ...following]));
  instructions.reset(2, 2 + bytes.length);
  assert.ok(instructions.step());
  assert.equal(instructions.at, 2);
  assert.equal(instructions.next, 2 + bytes.length, "all of its bytes are stepped over");
  assert.ok(!instructions.step(), "nothing follows within the range");
  return instructions;
}

suite("instructions", () => {
  test("a branch has its label, a branch table all of them with the default last", () => {
    assert.deepEqual(only([0x0c, 0x85, 0x01]).labels, [133]);
    const table = only([0x0e, 3, 1, 2, 3, 0x80, 0x02]);
    assert.equal(table.flow, "br");
    assert.deepEqual(table.labels, [1, 2, 3, 256]);
    assert.deepEqual(only([0x0e, 0, 7]).labels, [7]);
  });

  test("a try_table has the labels of its catch clauses, with a tag or without", () => {
    const tryTable = only([0x1f, 0x63, 0x70, 4, 0, 9, 1, 1, 9, 2, 2, 3, 3, 4]);
    assert.equal(tryTable.flow, "try-table");
    assert.deepEqual(tryTable.labels, [1, 2, 3, 4]);
    assert.throws(() => only([0x1f, 0x40, 1, 4, 0]), {
      code: "WASM_UNSUPPORTED",
      message: /catch clause 0x4 is unknown/,
    });
  });

  test("calls and references name a function, and where its index stands", () => {
    for (const opcode of [0x10, 0x12, 0xd2]) {
      const instruction = only([opcode, 0x80, 0x80, 0x01]);
      assert.equal(instruction.functionIndex, 0x4000);
      assert.equal(instruction.functionIndexAt, 3);
    }
    assert.equal(only([0x20, 5]).functionIndex, -1);
  });

  test("a memory argument may name its memory and have an offset of 64 bits", () => {
    only([0x28, 2, 4]);
    only([0x28, 0x42, 7, 4]);
    only([0x28, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
    only([0xfd, 0x54, 0x40, 1, 0, 15]);
    only([0xfe, 0x10, 0x42, 0x80, 0x01, 0]);
  });

  test("a number longer than any of its width is malformed", () => {
    const long = (count: number): Bytes => Array.from({ length: count }, () => 0x80);
    only([0x20, ...long(4), 0]);
    only([0x42, ...long(9), 0]);
    const refusals: readonly Bytes[] = [
      [0x20, ...long(5), 0],
      [0x42, ...long(10), 0],
      [0x28, 0, ...long(10), 0],
      [0x0c, ...long(5), 0],
    ];
    for (const bytes of refusals) assert.throws(() => only(bytes), { code: "WASM_MALFORMED" });
  });

  test("an instruction that reaches behind the end of its range is malformed", () => {
    const whole: readonly Bytes[] = [
      [0x41, 0x80, 0x01],
      [0x43, 0, 0, 0, 0],
      [0x44, 0, 0, 0, 0, 0, 0, 0, 0],
      [0xfd, 0x0c, ...Array.from({ length: 16 }, () => 0)],
      [0x28, 0x42, 7, 4],
      [0x0c, 0x80, 0x01],
      [0x0e, 2, 1, 2, 3],
      [0x1c, 1, 0x7f],
      [0xfb, 0x18, 3, 0, 0x6e, 0x6d],
      [0xfc, 0x0a, 0, 0],
      [0xfd, 0x80, 0x02],
    ];
    for (const bytes of whole) {
      only(bytes);
      for (let length = 1; length < bytes.length; length++) {
        assert.throws(() => only(bytes.slice(0, length), bytes.slice(length)), {
          code: "WASM_MALFORMED",
        });
        assert.throws(() => only(bytes.slice(0, length), []), { code: "WASM_MALFORMED" });
      }
    }
  });

  test("a branch table of four billion labels is refused by the bytes that are left", () => {
    assert.throws(() => only([0x0e, 0xff, 0xff, 0xff, 0xff, 0x0f, 0]), {
      code: "WASM_MALFORMED",
      message: /4294967295 labels announced/,
    });
  });
});
