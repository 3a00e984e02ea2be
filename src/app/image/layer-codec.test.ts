import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { MalformedBytes } from "#core/base";
import type { LayerEntry } from "#core/vfs/layer";
import { decodeLayer, encodeLayer } from "./layer-codec.ts";

const path = fc.string({ unit: "grapheme" });
const modifiedNs = fc.bigInt({ min: 0n, max: 2n ** 63n });
const entry: fc.Arbitrary<LayerEntry> = fc
  .oneof(
    fc.record({ kind: fc.constant("directory" as const), path, modifiedNs }),
    fc.record({ kind: fc.constant("regular" as const), path, modifiedNs, bytes: fc.uint8Array() }),
    fc.record({ kind: fc.constant("symlink" as const), path, modifiedNs, target: path }),
    fc.record({ kind: fc.constant("hardlink" as const), path, target: path }),
  )
  .map((record) => ({ ...record }));

suite("layers as bytes", () => {
  test("come back as they were", () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        assert.deepEqual(decodeLayer(encodeLayer(entries)), entries);
      }),
    );
  });

  test("are refused when they are cut or changed, and never anything else", () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1 }), fc.nat(), fc.nat(255), (entries, at, byte) => {
        const bytes = encodeLayer(entries);
        const index = at % bytes.length;
        assert.throws(() => decodeLayer(bytes.subarray(0, index)), MalformedBytes);
        bytes[index] = byte;
        try {
          decodeLayer(bytes);
        } catch (error) {
          assert.ok(error instanceof MalformedBytes);
        }
      }),
    );
  });
});
