import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { ByteReader, ByteWriter, Defect, MalformedBytes } from "#core/base";

/** A value of each kind that a writer knows, and how it is written and read back. */
const kinds = {
  u8: { values: fc.integer({ min: 0, max: 255 }) },
  u32: { values: fc.integer({ min: 0, max: 2 ** 32 - 1 }) },
  unsigned: { values: fc.maxSafeNat() },
  signed: { values: fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 }) },
  unsigned64: { values: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
  bytes: { values: fc.uint8Array({ maxLength: 300 }) },
  text: { values: fc.string({ unit: "grapheme", maxLength: 100 }) },
} as const;

type Kind = keyof typeof kinds;
interface Entry {
  readonly kind: Kind;
  readonly value: never;
}

const entries = fc.array(
  fc.oneof(
    ...(Object.keys(kinds) as Kind[]).map((kind) =>
      fc.record({ kind: fc.constant(kind), value: kinds[kind].values as fc.Arbitrary<never> }),
    ),
  ),
);

function writeAll(list: readonly Entry[]): ByteWriter {
  const writer = new ByteWriter(1);
  for (const { kind, value } of list) writer[kind](value);
  return writer;
}

suite("byte writer and reader", () => {
  test("read back what was written, in order and to the last byte", () => {
    fc.assert(
      fc.property(entries, (list) => {
        const reader = new ByteReader(writeAll(list).toBytes());
        for (const { kind, value } of list) assert.deepEqual(reader[kind](), value);
        assert.equal(reader.remainingBytes, 0);
      }),
    );
  });

  test("keep the mark that begins a text in UTF-16", () => {
    const writer = new ByteWriter();
    writer.text("\uFEFFtext");
    assert.equal(new ByteReader(writer.peek()).text(), "\uFEFFtext");
  });

  test("read what is cut off anywhere as far as it goes, and then as malformed", () => {
    fc.assert(
      fc.property(entries, fc.nat(), (list, cut) => {
        const whole = writeAll(list).toBytes();
        if (whole.length === 0) return;
        const reader = new ByteReader(whole.subarray(0, cut % whole.length));
        assert.throws(() => {
          for (const { kind } of list) reader[kind]();
        }, MalformedBytes);
      }),
    );
  });

  test("answer or call malformed whatever bytes there are, within their bounds", () => {
    const reads = fc.array(fc.constantFrom(...(Object.keys(kinds) as Kind[])), { minLength: 1 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), reads, fc.nat(50), (bytes, list, start) => {
        const reader = new ByteReader(bytes, start);
        try {
          for (const kind of list) {
            reader[kind]();
            assert.ok(reader.offset <= bytes.length);
          }
        } catch (thrown) {
          assert.ok(thrown instanceof MalformedBytes, String(thrown));
          assert.ok(Number.isSafeInteger(thrown.offset));
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("refuse numbers over their bounds, at the offset where they begin", () => {
    const over53 = Uint8Array.of(7, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f);
    const reader = new ByteReader(over53, 1);
    assert.throws(() => reader.unsigned(), { name: "MalformedBytes", offset: 1 });
    const over64 = Uint8Array.of(...Array.from({ length: 9 }, () => 0xff), 0x02);
    assert.throws(() => new ByteReader(over64).unsigned64(), { name: "MalformedBytes", offset: 0 });
    const endless = new Uint8Array(100).fill(0x80);
    assert.throws(() => new ByteReader(endless).unsigned(), MalformedBytes);
    assert.throws(() => new ByteReader(endless).unsigned64(), MalformedBytes);
  });

  test("refuse a length that is more than is left, before making room for it", () => {
    const writer = new ByteWriter();
    writer.unsigned(Number.MAX_SAFE_INTEGER);
    assert.throws(() => new ByteReader(writer.peek()).bytes(), MalformedBytes);
    assert.throws(() => new ByteReader(writer.peek()).text(), MalformedBytes);
  });

  test("refuse a text that is not UTF-8", () => {
    const writer = new ByteWriter();
    writer.bytes(Uint8Array.of(0xc3, 0x28));
    assert.throws(() => new ByteReader(writer.peek()).text(), MalformedBytes);
  });

  test("call a number that cannot be written our own mistake", () => {
    const writer = new ByteWriter();
    for (const value of [-1, 0.5, 2 ** 53, Number.NaN, Infinity]) {
      assert.throws(() => writer.unsigned(value), Defect, String(value));
    }
    assert.throws(() => writer.unsigned64(-1n), Defect);
    assert.throws(() => writer.unsigned64(2n ** 64n), Defect);
    assert.throws(() => writer.signed(2 ** 53), Defect);
    assert.equal(writer.lengthBytes, 0);
  });

  test("give a copy that later writes leave alone, and a view that does not outlive them", () => {
    const writer = new ByteWriter();
    writer.u8(1);
    const copy = writer.toBytes();
    writer.clear();
    writer.u8(2);
    assert.deepEqual([...copy], [1]);
    assert.deepEqual([...writer.peek()], [2]);
  });
});
