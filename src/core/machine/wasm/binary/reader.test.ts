import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { s32 } from "#core/machine/assembler";
import { PlatformError } from "#core/sys";
import { WasmReader, WasmWriter } from "./mod.ts";

const anyU32 = fc.nat({ max: 0xffff_ffff });

function reader(...bytes: readonly number[]): WasmReader {
  return new WasmReader(Uint8Array.from(bytes));
}

function malformedAt(at: number, what: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof PlatformError &&
    error.code === "WASM_MALFORMED" &&
    what.test(error.message) &&
    error.message.includes(`, at byte ${at} (0x`);
}

suite("reader and writer", () => {
  test("a u32 comes back as it was written, in as few bytes as it needs", () => {
    fc.assert(
      fc.property(anyU32, (value) => {
        const writer = new WasmWriter();
        writer.u32(value);
        const bytes = writer.peek();
        const back = new WasmReader(bytes);
        assert.equal(back.u32("n"), value);
        assert.equal(back.remainingBytes, 0);
        assert.equal(bytes.length, Math.max(1, Math.ceil((32 - Math.clz32(value)) / 7)));
      }),
    );
  });

  test("a u64 up to 2⁵³ comes back as it was written", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const writer = new WasmWriter();
        writer.u64(value);
        assert.equal(new WasmReader(writer.peek()).u64("n"), value);
      }),
    );
  });

  test("a signed number comes back as an encoder of another make wrote it", () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        assert.equal(reader(...s32(value)).s33("n"), value);
      }),
    );
  });

  test("a number padded to its full length is read", () => {
    assert.equal(reader(0x81, 0x80, 0x80, 0x80, 0x00).u32("n"), 1);
    assert.equal(reader(0xff, 0xff, 0xff, 0xff, 0x7f).s33("n"), -1);
    assert.equal(reader(0xc0, 0x7f).s33("n"), -64);
  });

  test("a number that is too long, too large or cut short is malformed, at its first byte", () => {
    const tooLong = reader(0x00, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00);
    tooLong.u8("x");
    assert.throws(() => tooLong.u32("n"), malformedAt(1, /n does not fit in 32 bits/));
    assert.throws(() => reader(0xff, 0xff, 0xff, 0xff, 0x1f).u32("n"), malformedAt(0, /32 bits/));
    const eleven = Array.from({ length: 10 }, () => 0x80);
    assert.throws(() => reader(...eleven, 0).u64("n"), malformedAt(0, /64 bits/));
    assert.throws(() => reader(0x80, 0x80).u32("n"), malformedAt(2, /n is missing/));
  });

  test("a count above the bytes that are left is malformed before anybody allocates for it", () => {
    assert.throws(() => reader(0xff, 0xff, 0xff, 0xff, 0x0f, 1).count("things"), {
      code: "WASM_MALFORMED",
      message: /4294967295 things announced, 1 bytes left/,
    });
    assert.throws(() => reader(3, 0, 0, 0).count("things", 2), { code: "WASM_UNSUPPORTED" });
  });

  test("a reader never reads behind its end, even if bytes follow", () => {
    const inside = new WasmReader(Uint8Array.of(1, 2, 3, 4), 1, 3);
    inside.skip(2, "x");
    assert.throws(() => inside.u8("y"), malformedAt(3, /y is missing/));
    assert.throws(() => inside.skip(1, "z"), malformedAt(3, /z takes 1 bytes, 0 are left/));
  });

  test("a name that is not UTF-8 is malformed", () => {
    assert.throws(() => reader(2, 0xc3, 0x28).name("a name"), malformedAt(1, /not UTF-8/));
    assert.equal(reader(3, 0xe2, 0x82, 0xac).name("a name"), "€");
  });

  test("bytes copied into a writer are the same whatever their number", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
        const from = Math.min(cut, bytes.length);
        const writer = new WasmWriter(1);
        writer.copy(bytes, 0, from);
        writer.copy(bytes, from);
        assert.deepEqual(writer.peek(), bytes);
      }),
    );
  });
});
