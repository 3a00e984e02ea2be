import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { fault, GuestMemory } from "#core/machine";
import type { Process } from "#core/kernel";
import { buffersOf } from "./iovecs.ts";

suite("vectors of buffers", () => {
  /** All that 32 bits can address; it takes room only where it is written. */
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 65_536, maximum: 65_536 }));
  const process = { memory } as unknown as Process;

  test("one that ends where the memory does is read", () => {
    assert.deepEqual(buffersOf(process, -16, 2), []);
  });

  test("one that goes on behind the last address is a fault, not read from the first", () => {
    for (const [vector, count] of [
      [-8, 2],
      [-4, 1],
      [-16, 3],
    ] as const) {
      assert.throws(
        () => buffersOf(process, vector, count),
        (thrown) => thrown === fault,
      );
    }
  });
});
