import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { detour } from "./detour.ts";

/** Calls a detour as a guest does: from wasm, through an export that may suspend. */
function asGuest(value: WebAssembly.ImportValue): (...given: number[]) => Promise<number> {
  return WebAssembly.promising(value as WebAssembly.ExportedFunction) as never;
}

suite("detour", () => {
  test("hands on each parameter and the answer, for as many as a call has", async () => {
    for (let count = 0; count <= 9; count++) {
      const given = Array.from({ length: count }, (_, index) => index + 1);
      const seen: number[][] = [];
      const value = detour(count, (...parameters: number[]) => {
        seen.push(parameters);
        return 40 + count;
      });
      assert.equal(await asGuest(value)(...given), 40 + count);
      assert.deepEqual(seen, [given]);
    }
  });

  test("suspends the guest where the answer comes later, and asks only once", async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    let calls = 0;
    const value = detour(1, () => {
      calls += 1;
      return promise;
    });
    const answer = asGuest(value)(7);
    resolve(3);
    assert.equal(await answer, 3);
    assert.equal(calls, 1);
  });

  test("keeps apart what several guests wait for", async () => {
    const pending = new Map<number, (answer: number) => void>();
    const value = detour(1, (guest: number) => {
      const { promise, resolve } = Promise.withResolvers<number>();
      pending.set(guest, resolve);
      return promise;
    });
    const answers = [1, 2, 3].map((guest) => asGuest(value)(guest));
    for (const guest of [3, 1, 2]) pending.get(guest)?.(guest * 10);
    assert.deepEqual(await Promise.all(answers), [10, 20, 30]);
  });

  test("lets through what is thrown, now and later", async () => {
    const now = detour(0, () => {
      throw new RangeError("now");
    });
    await assert.rejects(asGuest(now)(), { message: "now" });
    const later = detour(0, () => Promise.reject(new RangeError("later")));
    await assert.rejects(asGuest(later)(), { message: "later" });
  });
});
