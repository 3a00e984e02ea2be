import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { assemble, type Bytes, sampleOf, u32 } from "#core/machine/assembler";
import { WasmReader } from "#core/machine/wasm/binary";
import { findSection, readModule, SectionId } from "#core/machine/wasm";
import { Instructions, opcodes, readBodies } from "./mod.ts";

/** The instructions of the only function in `bytes`, each as its range. */
function walk(bytes: Uint8Array): readonly { readonly at: number; readonly next: number }[] {
  const section = findSection(readModule(bytes).sections, SectionId.code);
  assert.ok(section);
  const [body] = readBodies(new WasmReader(bytes, section.from, section.to));
  assert.ok(body);
  const instructions = new Instructions(bytes);
  instructions.reset(body.code, body.to);
  const ranges = [];
  while (instructions.step()) ranges.push({ at: instructions.at, next: instructions.next });
  assert.equal(ranges.at(-1)?.next, body.to, "the walk ends where the body does");
  return ranges;
}

/** What V8 says against a module; undefined if it is valid. */
function invalidity(bytes: Uint8Array): string | undefined {
  try {
    void new WebAssembly.Module(bytes);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** Every opcode there could be that has no row, in bytes. */
function opcodesWithoutRow(): readonly Bytes[] {
  const known = new Set(opcodes.map(([code]) => code));
  const prefixes = [0xfb, 0xfc, 0xfd, 0xfe];
  const plain = Array.from({ length: 0x100 }, (_, code) => code)
    .filter((code) => !known.has(code) && !prefixes.includes(code))
    .map((code) => [code]);
  const prefixed = prefixes.flatMap((prefix) =>
    Array.from({ length: 0x240 }, (_, code) => code)
      .filter((code) => !known.has((prefix << 12) | code))
      .map((code) => [prefix, ...u32(code)]),
  );
  return [...plain, ...prefixed];
}

/** These two V8 knows, but no module can have the types they need without a flag. */
const needFlaggedTypes = new Set(["fb20", "fb21"]);

suite("the table of opcodes", () => {
  test("V8 accepts each row's opcode, and the walk steps over exactly its bytes", () => {
    for (const [code, name, immediates = []] of opcodes) {
      const { bytes, op } = sampleOf(code, name, immediates);
      assert.equal(invalidity(bytes), undefined, name);
      const isFound = walk(bytes).some(({ at, next }) =>
        Buffer.from(bytes.subarray(at, next)).equals(Buffer.from(op)),
      );
      assert.ok(isFound, `${name} is one of the walk's steps`);
    }
  });

  const zeros = Array.from({ length: 20 }, () => 0);

  test("an opcode without a row is refused with its number and offset, and unknown to V8", () => {
    const missing = opcodesWithoutRow();
    assert.ok(missing.length > 1000);
    for (const op of missing) {
      const bytes = assemble({ functions: [{ code: [0, ...op, ...zeros] }] });
      const at = bytes.length - op.length - 21;
      const shown = `${op[0]?.toString(16)}`;
      assert.throws(() => walk(bytes), {
        code: "WASM_UNSUPPORTED",
        message: new RegExp(`opcode 0x${shown}.* is unknown, at byte ${at} `),
      });
      const hex = Buffer.from(Uint8Array.from(op)).toString("hex");
      if (!needFlaggedTypes.has(hex)) assert.match(invalidity(bytes) ?? "valid", /opcode/i, hex);
    }
  });

  test("the number behind a prefix may be padded, as V8 allows", () => {
    const bytes = assemble({ functions: [{ code: [0, 0xfc, 0x80, 0x80, 0x00, 0x1a] }] });
    assert.equal(invalidity(bytes), undefined);
    assert.equal(walk(bytes).length, 4);
  });
});
