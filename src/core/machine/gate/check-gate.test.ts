import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { checkGate } from "./check-gate.ts";

/** A gate with the words it reads, called as a guest's check does. */
function makeGate(pause: () => Promise<void> | undefined): {
  readonly words: Int32Array;
  readonly check: () => Promise<void>;
} {
  const flag = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const gate = checkGate(flag, new WebAssembly.Suspending(pause));
  return {
    words: new Int32Array(flag.buffer),
    check: WebAssembly.promising(gate as WebAssembly.ExportedFunction) as () => Promise<void>,
  };
}

suite("check gate", () => {
  test("brings every check to the kernel unless it is told to let some pass", async () => {
    let asked = 0;
    const { words, check } = makeGate(() => void (asked += 1));
    for (let round = 1; round <= 3; round++) {
      await check();
      assert.equal(asked, round);
    }
    assert.equal(words[1], 0);
  });

  test("lets so many checks pass as the word beside the flag says, then none", async () => {
    let asked = 0;
    const { words, check } = makeGate(() => void (asked += 1));
    words[1] = 3;
    for (const wanted of [0, 0, 0, 1, 2]) {
      await check();
      assert.equal(asked, wanted);
    }
  });

  test("suspends the guest where the kernel wants it to wait", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { check } = makeGate(() => promise);
    let isThrough = false;
    const passed = check().then(() => (isThrough = true));
    await Promise.resolve();
    assert.equal(isThrough, false);
    resolve();
    await passed;
  });
});
