import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { NumberTable } from "./number-table.ts";

/** Numbers near each other, as most are, and some from anywhere. */
const number = fc.oneof(
  fc.integer({ min: -4, max: 24 }),
  fc.integer({ min: 2 ** 31, max: 2 ** 31 + 9 }),
  fc.maxSafeNat(),
);

suite("number table", () => {
  test("holds what a map holds, whatever comes and goes", () => {
    const step = fc.record({
      deed: fc.constantFrom("set", "set", "delete", "delete", "clear"),
      key: number,
      value: fc.nat(99),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const table = new NumberTable<{ readonly value: number }>();
        const model = new Map<number, { readonly value: number }>();
        for (const { deed, key, value } of steps) {
          if (deed === "delete") assert.equal(table.delete(key), model.delete(key));
          else if (deed === "set") {
            const held = { value };
            table.set(key, held);
            model.set(key, held);
          } else if (value < 10) {
            table.clear();
            model.clear();
          }
          assert.equal(table.size, model.size);
          for (const each of steps) {
            assert.equal(table.has(each.key), model.has(each.key));
            assert.equal(table.get(each.key), model.get(each.key));
          }
        }
        assert.deepEqual(new Set(table.values()), new Set(model.values()));
      }),
    );
  });

  test("finds each of many, in whatever order they went in and out", () => {
    const table = new NumberTable<{ readonly key: number }>();
    for (let key = 0; key < 10_000; key++) table.set(key * 1000, { key });
    for (let key = 1; key < 10_000; key += 2) assert.ok(table.delete(key * 1000));
    assert.equal(table.size, 5000);
    for (let key = 0; key < 10_000; key++) {
      assert.equal(table.get(key * 1000)?.key, key % 2 === 0 ? key : undefined);
    }
  });
});
