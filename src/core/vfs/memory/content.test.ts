import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { ByteReader, ByteWriter, MalformedBytes } from "#core/base";
import { errno, Errno } from "#core/sys";
import { Quota } from "#core/vfs";
import { FileContent } from "./content.ts";

const pageBytes = 64 * 1024;

/** A position near one of the places where something changes: the start and the ends of pages. */
const position = fc
  .tuple(fc.constantFrom(0, 64, 4096, pageBytes, 2 * pageBytes, 5 * pageBytes), fc.nat(200))
  .map(([near, off]) => Math.max(0, near - 100 + off));

const step = fc.record({
  call: fc.constantFrom("write" as const, "write" as const, "truncate" as const),
  at: position,
  bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
});

/** All of a content, read in pieces of an odd size. */
function allOf(content: FileContent): Uint8Array {
  const bytes = new Uint8Array(content.sizeBytes).fill(0xaa);
  for (let at = 0; at < bytes.length; at += 40_001) {
    assert.equal(
      content.read(bytes.subarray(at, at + 40_001), at),
      Math.min(40_001, bytes.length - at),
    );
  }
  return bytes;
}

function savedBytes(content: FileContent): Uint8Array {
  const writer = new ByteWriter();
  content.save(writer);
  return writer.toBytes();
}

suite("content of a file in memory", () => {
  test("any sequence of writes and cuts leaves what it leaves in one array", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12, size: "max" }), (steps) => {
        const content = new FileContent(new Quota(64 * pageBytes));
        let model = new Uint8Array(0);
        for (const { call, at, bytes } of steps) {
          const size = call === "write" ? Math.max(model.length, at + bytes.length) : at;
          const next = new Uint8Array(size);
          next.set(model.subarray(0, size));
          if (call === "write") next.set(bytes, at);
          model = next;
          const answer = call === "write" ? content.write(bytes, at) : content.truncate(at);
          assert.equal(answer, call === "write" ? bytes.length : undefined);
        }
        assert.deepEqual(allOf(content), model);
      }),
      { numRuns: 200 },
    );
  });

  test("what is saved is restored, and saved the same again, at the same cost", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8, size: "max" }), (steps) => {
        const [quota, otherQuota] = [new Quota(64 * pageBytes), new Quota(64 * pageBytes)];
        const content = new FileContent(quota);
        for (const { call, at, bytes } of steps) {
          if (call === "write") content.write(bytes, at);
          else content.truncate(at);
        }
        const saved = savedBytes(content);
        const restored = new FileContent(otherQuota);
        assert.equal(restored.restore(new ByteReader(saved)), true);
        assert.deepEqual(allOf(restored), allOf(content));
        assert.deepEqual(savedBytes(restored), saved);
        assert.equal(otherQuota.usedBytes, quota.usedBytes);
      }),
      { numRuns: 200 },
    );
  });

  test("holes take no space, neither in memory nor saved", () => {
    const quota = new Quota(1e9);
    const content = new FileContent(quota);
    content.write(new Uint8Array([1]), 900_000_000);
    assert.ok(quota.usedBytes < 2 * pageBytes);
    assert.ok(savedBytes(content).length < 2 * pageBytes);
    const around = new Uint8Array(4);
    assert.equal(content.read(around, 899_999_997), 4);
    assert.deepEqual([...around], [0, 0, 0, 1]);
    assert.equal(content.truncate(0), undefined);
    assert.equal(quota.usedBytes, 0);
  });

  test("a write takes what fits and answers ENOSPC when nothing does", () => {
    const quota = new Quota(3 * pageBytes);
    const content = new FileContent(quota);
    assert.equal(content.write(new Uint8Array(8 * pageBytes), 0), 2 * pageBytes);
    assert.equal(content.sizeBytes, 2 * pageBytes);
    assert.equal(content.write(new Uint8Array(pageBytes), 2 * pageBytes), errno.ENOSPC);
    assert.equal(content.write(new Uint8Array(10), 5), 10);
  });

  test("no write or size is too far to be refused at once", () => {
    const content = new FileContent(new Quota(1e6));
    for (const far of [1e6, 2 ** 40, 2 ** 50, Number.MAX_SAFE_INTEGER]) {
      assert.equal(content.write(new Uint8Array(1), far), errno.EFBIG, String(far));
    }
    assert.equal(content.truncate(2 ** 50), errno.EFBIG);
    assert.equal(content.read(new Uint8Array(9), Number.MAX_SAFE_INTEGER), 0);
  });

  test("saved bytes are not trusted", () => {
    const content = new FileContent(new Quota(1e6));
    content.write(new Uint8Array(70_000).fill(3), 0);
    const saved = savedBytes(content);
    fc.assert(
      fc.property(fc.nat(saved.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const hostile = saved.slice();
        hostile[at] = byte;
        const restored = new FileContent(new Quota(1e6));
        try {
          if (restored.restore(new ByteReader(hostile))) allOf(restored);
        } catch (error) {
          assert.ok(error instanceof MalformedBytes, String(error));
        }
      }),
    );
  });

  test("an empty write answers 0 and does not grow the file", () => {
    const content = new FileContent(new Quota(10));
    assert.equal(content.write(new Uint8Array(0), 5), 0);
    assert.equal(content.sizeBytes, 0);
    assert.ok(content.write(new Uint8Array(1), 0) instanceof Errno);
  });
});
