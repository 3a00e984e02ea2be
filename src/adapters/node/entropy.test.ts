import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { nodeEntropy } from "./entropy.ts";

suite("node entropy", () => {
  test("fills all of a request, whatever its size and the requests before it", () => {
    const entropy = nodeEntropy();
    for (const size of [1, 8, 255, 256, 257, 1024, 1025, 70_000]) {
      const seen = new Uint8Array(size);
      // Each byte is zero at random too, but not at each of eight fillings.
      for (let round = 0; round < 8; round++) {
        const target = new Uint8Array(size);
        entropy.fill(target);
        target.forEach((byte, index) => (seen[index] = (seen[index] ?? 0) | byte));
      }
      assert.ok(seen.every((byte) => byte !== 0));
    }
  });

  test("never hands out the same bytes twice", () => {
    const entropy = nodeEntropy();
    const seen = new Set<string>();
    for (let round = 0; round < 1000; round++) {
      const target = new Uint8Array(16);
      entropy.fill(target);
      seen.add(target.toHex());
    }
    assert.equal(seen.size, 1000);
  });

  test("fills memory that is shared, as a program's may be", () => {
    const target = new Uint8Array(new SharedArrayBuffer(4096));
    nodeEntropy().fill(target);
    nodeEntropy().fill(target.subarray(0, 16));
    assert.ok(target.some((byte) => byte !== 0));
  });
});
