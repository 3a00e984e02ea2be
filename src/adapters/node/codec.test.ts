import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { nodeCodec as codec } from "./codec.ts";

suite("node codec", () => {
  test("gives back what it compressed, within the bound", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        const frame = codec.compress(bytes);
        assert.deepEqual(new Uint8Array(codec.decompress(frame, bytes.length) ?? []), bytes);
      }),
    );
  });

  test("makes repetition small", () => {
    assert.ok(codec.compress(new Uint8Array(100_000)).length < 100);
  });

  test("answers undefined for a frame that gives over the bound", () => {
    const frame = codec.compress(new Uint8Array(1001));
    assert.equal(codec.decompress(frame, 1000), undefined);
    assert.equal(codec.decompress(frame, 0), undefined);
  });

  test("answers undefined for each cut, and for anything behind the frame", () => {
    const bytes = new Uint8Array(300).map((_, index) => index * index);
    const frame = codec.compress(bytes);
    for (let length = 0; length < frame.length; length++) {
      assert.equal(codec.decompress(frame.subarray(0, length), 1000), undefined);
    }
    assert.equal(codec.decompress(Uint8Array.of(...frame, 0), 1000), undefined);
  });

  test("answers undefined, or what was compressed, after any bit was flipped", () => {
    const bytes = new Uint8Array(300).map((_, index) => index * index);
    const frame = codec.compress(bytes);
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const flipped = frame.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const answer = codec.decompress(flipped, 1000);
      if (answer !== undefined) assert.deepEqual(new Uint8Array(answer), bytes);
    }
  });
});
