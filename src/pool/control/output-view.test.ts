import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { outputView } from "./output-view.ts";

const encoder = new TextEncoder();
const text = fc.string({ unit: fc.constantFrom("a", "\n", "é", "☃", "😀", "\ufeff") });

/** Looks again and again at what was written up to each of these places. */
function looks(all: Uint8Array, ends: readonly number[], keptMax: number): readonly string[] {
  let after = 0;
  return ends.map((endBytes) => {
    const bytes = all.subarray(Math.max(0, endBytes - keptMax), endBytes);
    const view = outputView("a", { bytes, endBytes }, after);
    after = view.endBytes;
    return view.text;
  });
}

suite("an output's text", () => {
  test("is told whole in looks at any places, each character once and none replaced", () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat()), (written, places) => {
        const all = encoder.encode(written);
        const ends = places.map((place) => place % (all.length + 1)).toSorted((a, b) => a - b);
        assert.equal(looks(all, [...ends, all.length], Infinity).join(""), written);
      }),
    );
  });

  test("replaces no character where what came before is not kept", () => {
    // Executors keep 64 KiB: no single character is longer than what is kept.
    const kept = fc.integer({ min: 4, max: 12 });
    fc.assert(
      fc.property(text, fc.array(fc.nat()), kept, (written, places, keptMax) => {
        const all = encoder.encode(written);
        const ends = places.map((place) => place % (all.length + 1)).toSorted((a, b) => a - b);
        const told = looks(all, ends, keptMax).join("");
        assert.ok(!told.includes("\ufffd"), told);
      }),
    );
  });

  test("says where it begins and ends", () => {
    const bytes = encoder.encode("one two");
    assert.deepEqual(outputView("a", { bytes, endBytes: 107 }, 104), {
      path: "a",
      text: "two",
      startBytes: 104,
      heldBytes: 0,
      endBytes: 107,
    });
    const { startBytes, endBytes } = outputView("a", { bytes, endBytes: 107 }, 50);
    assert.deepEqual([startBytes, endBytes], [100, 107]);
  });

  test("is all that is kept for who has seen more than there is", () => {
    const bytes = encoder.encode("new");
    assert.equal(outputView("a", { bytes, endBytes: 3 }, 100).text, "new");
    assert.equal(outputView("a", { bytes, endBytes: 3 }, 3).text, "");
  });

  test("holds nothing back that begins no character, nor for who asks for all", () => {
    const tell = (bytes: readonly number[], after?: number): string =>
      outputView("a", { bytes: Uint8Array.from(bytes), endBytes: bytes.length }, after).text;
    assert.equal(tell([0x61, 0xff], 0), "a\ufffd");
    assert.equal(tell([0x61, 0x80, 0x80, 0x80, 0x80], 0).slice(0, 2), "a\ufffd");
    assert.equal(tell([0x61, 0xe2, 0x98]), "a\ufffd");
    assert.equal(tell([0x61, 0xe2, 0x98], 0), "a");
    const begun = { bytes: Uint8Array.of(0x61, 0xe2, 0x98), endBytes: 3 };
    assert.equal(outputView("a", begun, 0).heldBytes, 2);
    assert.equal(tell([0x61, 0xe2, 0x98, 0x0a], 0), "a\ufffd\n");
  });
});
