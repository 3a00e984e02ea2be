import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ByteSink } from "#core/host";
import { Tails } from "./tails.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

function write(sink: ByteSink, bytes: Uint8Array): void {
  assert.equal(sink.tryPush?.(bytes), bytes.length);
}

suite("tails", () => {
  test("tell only what came after so many bytes, and all after more than there are", () => {
    const tails = new Tails();
    write(tails.open("a").stdout, Buffer.from("one two"));
    const read = (after?: number): readonly unknown[] => {
      const { bytes, endBytes } = tails.read("a", after);
      return [text(bytes), endBytes, bytes.buffer.byteLength];
    };
    assert.deepEqual(read(), ["one two", 7, 7]);
    assert.deepEqual(read(4), ["two", 7, 3]);
    assert.deepEqual(read(7), ["", 7, 0]);
    assert.deepEqual(read(8), ["one two", 7, 7]);
  });

  test("tell what is kept of it where some of it is not", () => {
    const tails = new Tails();
    const { stdout, stderr } = tails.open("a");
    write(stdout, Buffer.alloc(100_000, "x"));
    write(stderr, Buffer.from("end"));
    const { bytes, endBytes } = tails.read("a", 10);
    assert.deepEqual([bytes.length, endBytes], [65_536, 100_003]);
    assert.equal(text(tails.read("a", 99_999).bytes), "xend");
  });
});
