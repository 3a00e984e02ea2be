import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { assemble, exportOf, type ModuleParts, Type } from "#core/machine/assembler";
import { restoreState, saveState, type Stateful } from "./mod.ts";

const pageBytes = 65_536;

/** Two globals that a module exports as saved ones, and one that it does not. */
const bytes = assemble({
  globals: [
    [Type.i32, 1, 0x41, 5, 0x0b],
    [Type.i64, 1, 0x42, 7, 0x0b],
    [Type.i32, 0, 0x41, 9, 0x0b],
  ],
  exports: [
    exportOf("noos:global 0", "global", 0),
    exportOf("noos:global 1", "global", 1),
    exportOf("constant", "global", 2),
  ],
} satisfies ModuleParts);
const module = new WebAssembly.Module(bytes);

function make(pages: number): Stateful {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 8 });
  const target = new Uint8Array(memory.buffer);
  // What data segments would have put there.
  for (let at = 0; at < pageBytes; at += 100) target[at] = at & 0xff;
  return { exports: new WebAssembly.Instance(module, {}).exports, memories: [memory] };
}

function bytesOf({ memories }: Stateful): Uint8Array {
  return new Uint8Array((memories[0] as WebAssembly.Memory).buffer);
}

function globalsOf({ exports }: Stateful): readonly unknown[] {
  return ["noos:global 0", "noos:global 1"].map(
    (name) => (exports[name] as WebAssembly.Global).value,
  );
}

const writes = fc.array(
  fc.record({
    address: fc.nat({ max: 3 * pageBytes - 1 }),
    length: fc.nat({ max: 9000 }),
    value: fc.nat({ max: 255 }),
  }),
  { maxLength: 12 },
);

suite("the state of an instance", () => {
  test("that was restored is that which was saved, to the last byte", () => {
    fc.assert(
      fc.property(
        writes,
        fc.boolean(),
        fc.integer(),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        (rows, grows, first, second) => {
          const instance = make(2);
          if (grows) (instance.memories[0] as WebAssembly.Memory).grow(1);
          for (const { address, length, value } of rows) {
            bytesOf(instance).fill(value, address, address + length);
          }
          (instance.exports["noos:global 0"] as WebAssembly.Global).value = first;
          (instance.exports["noos:global 1"] as WebAssembly.Global).value = second;
          const state = saveState(instance, make(2));
          const other = make(grows ? 3 : 2);
          restoreState(other, state);
          assert.ok(Buffer.from(bytesOf(other)).equals(bytesOf(instance)));
          assert.deepEqual(globalsOf(other), globalsOf(instance));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("holds what was changed, and not what a fresh instance has too", () => {
    const instance = make(2);
    bytesOf(instance).fill(1, 10, 20);
    const { heldBytes } = saveState(instance, make(2));
    assert.ok(heldBytes > 4096 && heldBytes < 6000, String(heldBytes));
  });

  test("is not touched by what goes on with it", () => {
    const instance = make(2);
    bytesOf(instance).fill(1, 0, pageBytes);
    const state = saveState(instance, make(2));
    const one = make(2);
    restoreState(one, state);
    bytesOf(one).fill(9);
    const other = make(2);
    restoreState(other, state);
    assert.equal(bytesOf(other)[500], 1);
  });
});
