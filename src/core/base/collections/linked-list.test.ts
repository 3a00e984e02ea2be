import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { type Link, LinkedList } from "./linked-list.ts";

suite("linked list", () => {
  test("holds what a set holds, in its order, whatever comes and goes", () => {
    const step = fc.oneof(
      fc.record({ add: fc.nat(9) }),
      // The second time, the value is out already.
      fc.record({ remove: fc.nat(9), times: fc.constantFrom(1, 2) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const list = new LinkedList<number>();
        const model = new Set<number>();
        const links = new Map<number, Link<number>>();
        for (const each of steps) {
          if ("add" in each) {
            if (!model.has(each.add)) links.set(each.add, list.add(each.add));
            model.add(each.add);
            continue;
          }
          const link = links.get(each.remove);
          for (let left = each.times; left > 0 && link !== undefined; left--) {
            assert.equal(list.remove(link), model.delete(each.remove));
          }
        }
        assert.deepEqual(list.values(), [...model]);
        assert.deepEqual([list.size, list.first], [model.size, [...model][0]]);
        for (const value of [0, 5, 9]) {
          assert.equal(
            list.some((each) => each === value),
            model.has(value),
          );
        }
      }),
    );
  });

  test("what is out leads to nobody", () => {
    const list = new LinkedList<string>();
    const [, two] = [list.add("one"), list.add("two"), list.add("three")];
    list.remove(two);
    assert.deepEqual([two.previous, two.next, two.value], [undefined, undefined, "two"]);
    assert.deepEqual(list.values(), ["one", "three"]);
  });
});
