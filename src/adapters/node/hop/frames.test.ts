import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { type Frame, FrameReader, FrameWriter } from "./frames.ts";

const count = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const kind = fc.constantFrom<Frame["kind"]>("request", "body", "respond", "room", "binary");

const frame: fc.Arbitrary<Frame> = fc.record({
  kind,
  number: count,
  status: count,
  text: fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((at) => String.fromCharCode(at)) }),
  bytes: fc.uint8Array({ maxLength: 300 }),
});

/** The pieces of bytes that are cut at these places. */
function cut(bytes: Uint8Array, places: readonly number[]): readonly Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length];
  ends.sort((a, b) => a - b);
  return ends.map((end, at) => Buffer.from(bytes.slice(ends[at - 1] ?? 0, end)));
}

suite("frames", () => {
  test("come out as they went in, however they were cut on the way", () => {
    fc.assert(
      fc.property(fc.array(frame), fc.array(fc.nat()), (frames, places) => {
        const writer = new FrameWriter();
        for (const each of frames) writer.put(each);
        const reader = new FrameReader();
        const read: Frame[] = [];
        for (const piece of cut(writer.take(true), places)) {
          assert.ok(reader.read(piece, (each) => read.push(each)));
        }
        const plain = ({ bytes, ...rest }: Frame): object => ({ ...rest, bytes: [...bytes] });
        assert.deepEqual(read.map(plain), frames.map(plain));
      }),
    );
  });

  test("leave a piece alone that is still on its way", () => {
    const writer = new FrameWriter();
    const taken = [1, 2, 3, 4].map((number) => {
      writer.put({ kind: "left", number, status: 0, text: "", bytes: new Uint8Array(0) });
      return writer.take(false);
    });
    const reader = new FrameReader();
    const numbers: number[] = [];
    for (const bytes of taken)
      reader.read(Buffer.from(bytes), ({ number }) => numbers.push(number));
    assert.deepEqual(numbers, [1, 2, 3, 4]);
  });

  test("are told from what is none, and nothing is kept of that", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 17, maxLength: 100 }), (bytes) => {
        new FrameReader().read(Buffer.from(bytes), () => undefined);
      }),
    );
    const isFrames = (bytes: Buffer): boolean => new FrameReader().read(bytes, () => undefined);
    assert.equal(isFrames(Buffer.alloc(17, 255)), false);
    const unknown = Buffer.alloc(17);
    unknown[0] = 200;
    assert.equal(isFrames(unknown), false);
  });
});
