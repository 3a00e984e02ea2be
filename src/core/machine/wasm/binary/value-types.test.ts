import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { assemble, type Bytes, bytesOf } from "#core/machine/assembler";
import { readStorageType, readValueType, skipBlockType, WasmReader } from "./mod.ts";

function reader(bytes: Bytes): WasmReader {
  return new WasmReader(Uint8Array.from(bytes));
}

/** What our reader makes of a type; undefined if it refuses it or leaves bytes over. */
function read(bytes: Bytes): string | undefined {
  const source = reader(bytes);
  try {
    const text = readStorageType(source);
    return source.remainingBytes === 0 ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Whether V8 takes these bytes as the type of a field. */
function isTypeOfV8(bytes: Bytes): boolean {
  return WebAssembly.validate(
    assemble({
      types: [
        [0x60, 0, 0],
        [0x5f, 1, ...bytes, 0],
      ],
    }),
  );
}

suite("value types", () => {
  test("every type of one byte is known if and only if V8 knows it", () => {
    for (let code = 0; code < 0x80; code++) {
      assert.equal(read([code]) !== undefined, isTypeOfV8([code]), code.toString(16));
    }
  });

  test("every reference to a heap type is known if and only if V8 knows it", () => {
    for (const reference of [0x63, 0x64]) {
      for (let code = 0; code < 0x80; code++) {
        // A positive number is the index of a type: the module has two, and V8 checks that.
        if (code > 1 && code < 0x40) continue;
        const bytes = [reference, code];
        assert.equal(read(bytes) !== undefined, isTypeOfV8(bytes), code.toString(16));
      }
    }
  });

  test("types are written as in the text format", () => {
    assert.equal(read([0x7f]), "i32");
    assert.equal(read([0x70]), "funcref");
    assert.equal(read([0x63, 0x70]), "(ref null func)");
    assert.equal(read([0x64, 0x85, 0x02]), "(ref 261)");
    assert.equal(read([0x78]), "i8");
  });

  test("a packed type is no value type", () => {
    assert.throws(() => readValueType(reader([0x78])), {
      code: "WASM_UNSUPPORTED",
      message: /value type 0x78 is unknown, at byte 0 /,
    });
  });

  test("a block type is nothing, a value type or the index of a type", () => {
    for (const bytes of [[0x40], [0xc0, 0x7f], [0x7f], [0x63, 0x6e], [0x00], [0x80, 0x01]]) {
      const source = reader(bytes);
      skipBlockType(source);
      assert.equal(source.remainingBytes, 0, bytesOf(bytes).join());
    }
    assert.throws(() => skipBlockType(reader([0x41])), { code: "WASM_UNSUPPORTED" });
  });
});
