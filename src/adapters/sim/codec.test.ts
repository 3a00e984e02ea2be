import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { suite, test } from "node:test";
import { crc32, zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { simulatedCodec as codec } from "./codec.ts";

suite("simulated codec", () => {
  test("gives the digests that the host's libraries give", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        assert.equal(codec.sha256(bytes), createHash("sha256").update(bytes).digest("hex"));
        assert.equal(codec.crc32(bytes), crc32(bytes));
      }),
    );
  });

  test("goes on with a checksum where it stopped", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
        const whole = codec.crc32(Uint8Array.of(...first, ...second));
        assert.equal(codec.crc32(second, codec.crc32(first)), whole);
      }),
    );
  });

  test("writes frames that every decoder of Zstandard reads", () => {
    for (const length of [0, 1, 131_072, 131_073, 400_000]) {
      const bytes = new Uint8Array(length).map((_, index) => index * 7);
      const frame = codec.compress(bytes);
      assert.deepEqual(new Uint8Array(zstdDecompressSync(frame)), bytes);
      assert.deepEqual(codec.decompress(frame, length), bytes);
    }
  });

  test("answers undefined for every cut and for a bound that is too low", () => {
    const frame = codec.compress(Uint8Array.of(1, 2, 3));
    for (let length = 0; length < frame.length; length++) {
      assert.equal(codec.decompress(frame.subarray(0, length), 100), undefined);
    }
    assert.equal(codec.decompress(frame, 2), undefined);
  });

  test("answers bytes or undefined whatever it is given", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(40), fc.nat(255), (noise, at, value) => {
        codec.decompress(noise, 1000);
        const frame = codec.compress(noise);
        frame[Math.min(at, frame.length - 1)] = value;
        const content = codec.decompress(frame, 1000);
        assert.ok(content === undefined || content.length <= 1000);
      }),
    );
  });
});
