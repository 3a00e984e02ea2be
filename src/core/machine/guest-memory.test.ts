import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { fault, GuestMemory } from "#core/machine";

const page = 65_536;

function memoryOf(pages: number, maximum: number = pages + 4): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: pages, maximum });
}

/** Each accessor of a number: how wide it is, and what it does at an address. */
const accessors = {
  u8: { width: 1, access: (memory: GuestMemory, at: number) => memory.u8(at) },
  u16: { width: 2, access: (memory: GuestMemory, at: number) => memory.u16(at) },
  u32: { width: 4, access: (memory: GuestMemory, at: number) => memory.u32(at) },
  u64: { width: 8, access: (memory: GuestMemory, at: number) => memory.u64(at) },
  setU8: { width: 1, access: (memory: GuestMemory, at: number) => memory.setU8(at, 1) },
  setU16: { width: 2, access: (memory: GuestMemory, at: number) => memory.setU16(at, 1) },
  setU32: { width: 4, access: (memory: GuestMemory, at: number) => memory.setU32(at, 1) },
  setU64: { width: 8, access: (memory: GuestMemory, at: number) => memory.setU64(at, 1n) },
} as const;

/** Answers whether `act` faulted; whatever else it throws is thrown on. */
function faults(act: () => unknown): boolean {
  try {
    act();
    return false;
  } catch (thrown) {
    if (thrown !== fault) throw thrown;
    return true;
  }
}

suite("guest memory", () => {
  for (const [name, { width, access }] of Object.entries(accessors)) {
    test(`lets ${name} reach the last bytes and not one further`, () => {
      const memory = new GuestMemory(memoryOf(1));
      assert.equal(
        faults(() => access(memory, 0)),
        false,
      );
      assert.equal(
        faults(() => access(memory, page - width)),
        false,
      );
      for (const at of [page - width + 1, page, page + 1, 2 ** 31, 2 ** 32 - 1, -1, -(2 ** 31)]) {
        assert.equal(
          faults(() => access(memory, at)),
          true,
          `${at}`,
        );
      }
    });

    test(`lets ${name} see a growth that happened behind its back, whatever came before`, () => {
      const inner = memoryOf(1);
      const memory = new GuestMemory(inner);
      inner.grow(1);
      access(memory, 0);
      inner.grow(1);
      access(memory, 3 * page - width);
      assert.equal(memory.sizeBytes, 3 * page);
    });
  }

  test("keeps numbers little-endian and unsigned", () => {
    const memory = new GuestMemory(memoryOf(1));
    memory.setU64(8, 0xfedc_ba98_7654_3210n);
    assert.deepEqual([memory.u8(8), memory.u16(8), memory.u32(8)], [0x10, 0x3210, 0x7654_3210]);
    assert.deepEqual([memory.u32(12), memory.u64(8)], [0xfedc_ba98, 0xfedc_ba98_7654_3210n]);
    memory.setU32(0, -1);
    assert.equal(memory.u32(0), 2 ** 32 - 1);
  });

  test("takes an address as the signed number that a call brings", () => {
    const large = new GuestMemory(memoryOf(32_769));
    large.setU8(2 ** 31 + 5, 7);
    assert.equal(large.u8(-(2 ** 31) + 5), 7);
  });

  test("gives a view of any range inside, the empty one at the very end too, and no other", () => {
    const memory = new GuestMemory(memoryOf(1));
    assert.equal(memory.bytes(0, page).length, page);
    assert.equal(memory.bytes(page, 0).length, 0);
    assert.equal(
      faults(() => memory.bytes(page + 1, 0)),
      true,
    );
    for (const length of [page, 2 ** 31, 2 ** 32 - 1, -1]) {
      assert.equal(
        faults(() => memory.bytes(1, length)),
        true,
        `${length}`,
      );
      assert.equal(
        faults(() => memory.check(1, length)),
        true,
        `${length}`,
      );
    }
    memory.check(0, page);
  });

  test("faults, or answers within its bounds, for every address and length there is", () => {
    const inner = memoryOf(1);
    const memory = new GuestMemory(inner);
    const int32 = fc.oneof(fc.integer(), fc.integer({ min: -20, max: 20 }), fc.nat(page + 10));
    fc.assert(
      fc.property(int32, int32, (address, length) => {
        const isInside = (address >>> 0) + (length >>> 0) <= page;
        assert.equal(
          faults(() => memory.bytes(address, length)),
          !isInside,
        );
        assert.equal(
          faults(() => memory.text(address, length)),
          !isInside,
        );
      }),
      { numRuns: 2000 },
    );
  });

  test("gives an empty view and an empty text right after a growth", () => {
    const inner = memoryOf(1);
    const memory = new GuestMemory(inner);
    inner.grow(1);
    assert.equal(memory.bytes(0, 0).length, 0);
    inner.grow(1);
    assert.equal(memory.text(0, 0), "");
  });

  test("has no address at all when it has no pages", () => {
    const memory = new GuestMemory(memoryOf(0));
    assert.equal(
      faults(() => memory.u8(0)),
      true,
    );
    assert.equal(memory.bytes(0, 0).length, 0);
  });

  test("reads a text, and answers nothing for one that is not UTF-8", () => {
    const memory = new GuestMemory(memoryOf(1));
    memory.bytes(0, 7).set(new TextEncoder().encode("\uFEFFaä"));
    assert.equal(memory.text(0, 6), "\uFEFFaä");
    assert.equal(memory.text(0, 5), undefined);
    assert.equal(memory.text(0, 6), "\uFEFFaä");
    assert.equal(
      faults(() => memory.text(page - 1, 2)),
      true,
    );
  });

  test("serves a memory that is shared, and sees it grow", () => {
    const inner = new WebAssembly.Memory({ initial: 1, maximum: 3, shared: true });
    const memory = new GuestMemory(inner);
    memory.bytes(0, 2).set([0x68, 0x69]);
    assert.equal(memory.text(0, 2), "hi");
    inner.grow(1);
    memory.setU32(page, 5);
    assert.equal(memory.whole().length, 2 * page);
  });
});
