import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { simulatedHost } from "#adapters/sim";
import { PlatformError } from "#core/sys";
import { joined } from "#test/journal";
import {
  encodeFrame,
  encodeHead,
  type Frame,
  FrameKind,
  type PackedFrame,
  readFrames,
  unpackFrame,
} from "./frames.ts";

const { codec } = simulatedHost({ seed: 1 });

/** Objects as ours are, for the comparison looks at prototypes too. */
const plain = { noNullPrototype: true } as const;

const someFrames = fc.array(
  fc.record(
    { kind: fc.integer({ min: 0, max: 9 }), payload: fc.uint8Array({ maxLength: 300 }) },
    plain,
  ),
  { minLength: 1, maxLength: 6 },
);

function encode(frames: readonly Frame[]): Uint8Array[] {
  return [encodeHead(), ...frames.map((frame) => encodeFrame(frame, codec))];
}

function unpacked(frames: readonly PackedFrame[]): Frame[] {
  return frames.map((frame) => ({ kind: frame.kind, payload: unpackFrame(frame, codec) }));
}

suite("frames", () => {
  test("read back as they were written", () => {
    fc.assert(
      fc.property(someFrames, (frames) => {
        assert.deepEqual(unpacked(readFrames(joined(encode(frames)), codec)), frames);
      }),
    );
  });

  test("are good up to the last whole one, wherever the file was cut", () => {
    fc.assert(
      fc.property(someFrames, fc.nat(), fc.boolean(), (frames, chance, isFilled) => {
        const pieces = encode(frames);
        const whole = joined(pieces);
        const head = pieces[0]?.length ?? 0;
        const at = head + (chance % (whole.length - head + 1));
        let end = head;
        const kept = pieces.slice(1).filter((piece) => (end += piece.length) <= at);
        const cut = whole.slice(0, at);
        // A disk that lost its power may leave zeros where the next frame was to be.
        const isAtFrame = head + joined(kept).length === at;
        const file = isFilled && isAtFrame ? joined([cut, new Uint8Array(40)]) : cut;
        assert.deepEqual(unpacked(readFrames(file, codec)), frames.slice(0, kept.length));
      }),
    );
  });

  test("say so when a single bit is another, and never read as something else", () => {
    fc.assert(
      fc.property(someFrames, fc.nat(), fc.nat({ max: 7 }), (frames, chance, bit) => {
        const whole = joined(encode(frames));
        const at = chance % whole.length;
        whole[at] = (whole[at] ?? 0) ^ (1 << bit);
        assert.throws(
          () => readFrames(whole, codec),
          (thrown) => thrown instanceof PlatformError && thrown.code.startsWith("RECORDING_"),
        );
      }),
    );
  });

  test("name the place of a damaged one", () => {
    const [head, first, second] = encode([
      { kind: FrameKind.entries, payload: Uint8Array.of(1) },
      { kind: FrameKind.entries, payload: Uint8Array.of(2, 3) },
    ]) as [Uint8Array, Uint8Array, Uint8Array];
    const last = second.length - 1;
    const damaged = joined([head, first, second.with(last, (second[last] ?? 0) ^ 1)]);
    assert.throws(() => readFrames(damaged, codec), {
      code: "RECORDING_MALFORMED",
      message: new RegExp(`: frame 1 at byte ${head.length + first.length} is damaged`),
    });
  });

  test("of another version are refused by its number", () => {
    const head = encodeHead();
    head[8] = 2;
    assert.throws(() => readFrames(head, codec), {
      code: "RECORDING_VERSION",
      message: /its format is version 2, this build reads 1/,
    });
  });

  test("are not looked for in a file of another kind, or one that ends in its head", () => {
    const other = new TextEncoder().encode("\0asm and so on, at some length");
    assert.throws(() => readFrames(other, codec), { code: "RECORDING_MALFORMED" });
    for (let length = 0; length < encodeHead().length; length++) {
      assert.throws(() => readFrames(encodeHead().subarray(0, length), codec), {
        code: "RECORDING_INCOMPLETE",
      });
    }
  });
});
